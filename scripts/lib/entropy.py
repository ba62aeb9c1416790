# The statistics of scripts/entropy, which calls it: PROGRAMS LIBRARY FLAGS check|'' quick|''. Standard library only.

import math
import os
import subprocess
import sys

programs, library, flags, checking, quick = sys.argv[1:6]
flags = set(flags.split(","))
SIZES = [16, 32, 64, 128, 256, 1024, 4096, 16384]
# What chance may do: of some 600 comparisons at 4.5 standard deviations one is wrong in 500 runs.
SIGMAS = 4.5

# What was compared with a target: (what, value, target, is met).
verdicts = []
# The tables: heads, then lines of cells.
sizes_table = [["size"]] + [[str(size)] for size in SIZES]
things_table = [["measured", "value", "target"]]


def run(name, *arguments, preload=True):
    environment = dict(os.environ, **({"LD_PRELOAD": library} if preload else {}))
    command = [os.path.join(programs, name), *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"entropy: {' '.join(command)} ended with {done.returncode}")
    return done.stdout.split("\n")[:-1]


def judge(what, value, target, is_met):
    """Compares with a target; the cell for it says so. `is_met` is None where there is none."""
    if is_met is None:
        return value
    verdicts.append((what, value, target, is_met))
    return value if is_met else f"**{value}**"


def row(what, value, target="", is_met=None):
    things_table.append([what, judge(what, value, target, is_met), "" if is_met is None else target])


def column(head, cell):
    """A column of the table by size: `cell(size)` gives a value, and whether the target in `head` is met."""
    sizes_table[0].append(head)
    for line, size in zip(sizes_table[1:], SIZES):
        value, is_met = cell(size)
        line.append(judge(f"{size} bytes, {head}", value, "", is_met))


def needs(*names):
    """The target holds where all these flags are on."""
    return all(name in flags for name in names)


def at_most(bound, count, of):
    """True unless a frequency is above the bound by more than chance."""
    return count / of <= bound + SIGMAS * math.sqrt(bound * (1 - bound) / of)


def neighbours(mode, *more):
    def cell(size):
        # Of large blocks fewer, but enough to tell 1 in 16 from 1 in 8.
        count = 4096 if size <= 1024 else 1024
        blocks = [int(line, 16) for line in run("order", mode, size, count, *more)]
        ordered = sorted(set(blocks))
        stride = min(b - a for a, b in zip(ordered, ordered[1:]))
        found = sum(abs(b - a) == stride for a, b in zip(blocks, blocks[1:]))
        is_met = at_most(1 / 16, found, len(blocks) - 1) if needs("randomizedFreeLists") else None
        return f"1 in {(len(blocks) - 1) / found:.0f}" if found else "none", is_met

    return cell


def histogram_of(*arguments):
    return [int(line) for line in run("order", *arguments)]


def guess(size):
    histogram = histogram_of("guess", size, 50_000 if quick else 200_000)
    total = sum(histogram)
    best = max(range(64), key=lambda rank: histogram[rank])
    entropy = -sum(n / total * math.log2(n / total) for n in histogram if n)
    is_met = at_most(1 / 32, histogram[best], total) if needs("randomizedFreeLists", "quarantine") else None
    return f"{100 * histogram[best] / total:.1f} % ({best + 1}), {entropy:.1f} bits", is_met


def reuse(live):
    def cell(size):
        histogram = histogram_of("reuse", size, live, 5_000 if quick else 20_000)
        remaining = sum(histogram)
        worst, worst_at, is_met = 0.0, 0, histogram[0] == 0
        for when in range(64):
            # The chance among the trials in which the block had not come yet; of a few it tells nothing.
            if remaining < 500:
                break
            if histogram[when] / remaining > worst:
                worst, worst_at = histogram[when] / remaining, when + 1
            is_met = is_met and at_most(1 / 32, histogram[when], remaining)
            remaining -= histogram[when]
        straight = f"{100 * histogram[0] / sum(histogram):.1f} %" if histogram[0] else "never"
        value = f"{100 * worst:.1f} % ({worst_at}), {straight}" if worst else "none of 64"
        return value, is_met if needs("randomizedFreeLists", "quarantine") else None

    return cell


def order():
    operations = 200_000 if quick else 1_000_000
    column("neighbours, new process (≤ 1 in 16)", neighbours("fresh"))
    column("neighbours, worn (≤ 1 in 16)", neighbours("worn", operations))
    column("best guess of the frees before (≤ 1 in 32)", guess)
    for live in (64, 1000):
        column(f"chance of a freed block, {live} live (≤ 1 in 32), and straight after (never)", reuse(live))


def free_bits(values):
    """Random bits in values, by their bits: one that is set in half of them, but for chance, counts 1, another its
    min-entropy; of two that are set together or never, one counts. The uppermost five that change are taken together,
    as the range need not be a power of two. Bits that depend on each other in more involved ways would count too
    much: against that stands the number of values that occur twice."""
    count = len(values)
    width = max(values).bit_length()
    tolerance = SIGMAS * 0.5 / math.sqrt(count)
    columns = [sum(((value >> bit) & 1) << i for i, value in enumerate(values)) for bit in range(width)]
    changing = [bit for bit in range(width) if 0 < columns[bit].bit_count() < count]
    top, rest = changing[-5:], changing[:-5]
    total = 0.0
    kept = []
    for bit in rest:
        share = columns[bit].bit_count() / count
        if any(abs((columns[bit] ^ columns[other]).bit_count() / count - 0.5) > 0.5 - tolerance for other in kept):
            continue
        kept.append(bit)
        total += 1 if abs(share - 0.5) <= tolerance else -math.log2(max(share, 1 - share))
    if top:
        tops = {}
        for value in values:
            key = tuple((value >> bit) & 1 for bit in top)
            tops[key] = tops.get(key, 0) + 1
        total += -math.log2(max(tops.values()) / count)
    return total


def place(name, values, least, has_target):
    values = [value % (1 << 64) for value in values]
    repeated = len(values) - len(set(values))
    bits = free_bits(values)
    # With 24 bits, two of 1000 values are alike with probability 3 %, three pairs with 10⁻⁵.
    row(
        name,
        f"{bits:.1f} bits, {repeated} of {len(values)} twice",
        f"at least {least} bits",
        bits >= least and repeated <= 2 if has_target else None,
    )


def places():
    if any(" metadata" in line for line in run("places", 20, preload=False)):
        row("metadata found in a process without the library", "some", "none", False)
    starts = [
        {key: int(value, 16) for key, value in (pair.split("=") for pair in line.split())}
        for line in run("places", 200 if quick else 1000)
    ]
    random = needs("randomizedFreeLists")
    # The first and lasting guess is the OS page; and small blocks' slices, within which their order is random anyway.
    segment = [start["small"] >> 16 for start in starts]
    place("segments (slice of the first small block)", segment, 24, random)
    place("huge blocks", [start["huge"] >> 12 for start in starts], 24, random)
    place("large blocks", [start["large"] >> 12 for start in starts], 24, random)
    place("large blocks, distance from small ones", [(s["large"] - s["small"]) >> 12 for s in starts], 0, False)
    place("huge blocks, distance from small ones", [(s["huge"] - s["small"]) >> 16 for s in starts], 24, random)
    place("libc, distance from small blocks", [(s["libc"] - s["small"]) >> 16 for s in starts], 24, random)
    names = sorted(set.intersection(*({key for key in start if key.startswith("metadata")} for start in starts)))
    row("metadata mappings apart from blocks", str(len(names)), "one at least", len(names) >= 1 if random else None)
    for name in names:
        place(name, [start[name] >> 12 for start in starts], 24, random)
        place(f"{name}, distance from small blocks", [(s[name] - s["small"]) >> 16 for s in starts], 24, random)
    for one, other in zip(names, names[1:]):
        place(f"{one}, distance from {other}", [(s[one] - s[other]) >> 12 for s in starts], 24, random)
    canaries = [start["canary"] for start in starts]
    if needs("paddingCanaries"):
        # 64 bits, of which one byte is always zero, and a bit always set.
        place("canaries", canaries, 48, True)
    elif any(canaries):
        place("the word behind a block", canaries, 0, False)


def forks():
    one, other, parent = (line.split() for line in run("forks"))
    random = needs("randomizedFreeLists")
    for name, a, b in (("two children", one, other), ("child and parent", one, parent), ("child and parent", other, parent)):
        same = sum(x == y for x, y in zip(a[:-2], b[:-2]))
        row(
            f"fork, {name}: allocations alike",
            f"{same} of {len(a) - 2}",
            "at most 1 in 16",
            at_most(1 / 16, same, len(a) - 2) if random else None,
        )
        if needs("paddingCanaries"):
            row(f"fork, {name}: canary of a new page alike", str(a[-2] == b[-2]), "never", a[-2] != b[-2])
        row(f"fork, {name}: a huge block's place alike", str(a[-1] == b[-1]), "never", a[-1] != b[-1] if random else None)


def print_table(table):
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    for index, line in enumerate(table):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print()


order()
places()
forks()
print_table(sizes_table)
print_table(things_table)
if checking:
    missed = [verdict for verdict in verdicts if not verdict[3]]
    for what, value, target, _ in missed:
        print(f"MISSED  {what}: {value}" + (f" (target: {target})" if target else ""))
    print(f"{len(verdicts) - len(missed)} passed, {len(missed)} failed")
    sys.exit(1 if missed or not verdicts else 0)
