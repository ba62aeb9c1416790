"""How much of the core tests run: coverage.py LLVM_COV PAGE NAME=PROFILE,OBJECT[,OBJECT...]...

Each NAME is a group of tests with its merged profile and the programs that wrote it. The core is compiled once for each variant; a line or
region that runs in one of them is run. PAGE may be -: then only the sums are printed. A region is a piece of code that runs or does not as a whole: the function, each arm of an if, of a
switch, of `??` and `&&`; so regions tell of branches (Swift's coverage knows no others). Writes the tables between the marks of PAGE,
which needs a reason, from scripts/lib/coverage_reasons.txt, for each file of which fewer than 75 % of the regions run.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
list_path = "scripts/lib/coverage_reasons.txt"
begin, end = "<!-- scripts/coverage -->", "<!-- end of scripts/coverage -->"
wanted = 75
folders = ("Bits", "Platform", "Options", "Report", "Hardening", "Model", "Heap", "Exports")


def core_path(path):
    """Folder/File.swift for a file of the core, by whichever link it was compiled; else None."""
    found = re.search(r"/(?:Core|CoreTables)/((?:%s)/[^/]+\.swift)$" % "|".join(folders), path)
    return found.group(1) if found else None


def export(tool, form, profile, objects):
    arguments = [tool, "export", f"-format={form}", f"-instr-profile={profile}", objects[0]]
    arguments += [f"-object={name}" for name in objects[1:]]
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"coverage: llvm-cov failed: {done.stderr.strip()}")
    return done.stdout


def is_initial_value(function):
    """Whether it computes the value that a stored field begins with (Swift's mangling: variable initialization expression). Descriptors
    are zeroed memory, in which nothing is initialised: such code is not meant to run."""
    return "vpfi" in function["name"]


def lines_of(tool, profile, objects, left_out):
    """{file: {line: True if it ran}}, without the lines that are left out."""
    found, file = {}, None
    for line in export(tool, "lcov", profile, objects).splitlines():
        if line.startswith("SF:"):
            file = core_path(line[3:])
        elif line.startswith("DA:") and file:
            number, count = map(int, line[3:].split(",")[:2])
            if (file, number) not in left_out:
                lines = found.setdefault(file, {})
                lines[number] = lines.get(number, False) or count > 0
    return found


def regions_of(tool, profile, objects):
    """{file: {region: True if it ran}}; a generic function's regions are those of all its forms. And the lines, as pairs with the file,
    that have nothing but initial values."""
    found, initial, others = {}, set(), set()
    for function in json.loads(export(tool, "text", profile, objects))["data"][0]["functions"]:
        for *place, count, file, _, kind in function["regions"]:
            path = core_path(function["filenames"][file])
            if not path or kind != 0:
                continue
            lines = {(path, line) for line in range(place[0], place[2] + 1)}
            if is_initial_value(function):
                initial |= lines
                continue
            others |= lines
            regions = found.setdefault(path, {})
            regions[tuple(place)] = regions.get(tuple(place), False) or count > 0
    return found, initial - others


def merge(one, other):
    """What ran in either; what only one of them was compiled with counts, too."""
    merged = {file: dict(places) for file, places in one.items()}
    for file, places in other.items():
        target = merged.setdefault(file, {})
        for place, ran in places.items():
            target[place] = target.get(place, False) or ran
    return merged


class Set:
    """What a group of tests ran: files with lines and regions."""

    def __init__(self, lines=None, regions=None):
        self.lines, self.regions = lines or {}, regions or {}

    def __or__(self, other):
        return Set(merge(self.lines, other.lines), merge(self.regions, other.regions))

    def share(self, whole, files, kind):
        """What of the whole's places in some files ran here, in per cent; None if nothing of them was compiled."""
        own, all_places = getattr(self, kind), getattr(whole, kind)
        if not any(file in own for file in files):
            return None
        total = sum(len(all_places.get(file, {})) for file in files)
        ran = sum(own.get(file, {}).get(place, False) for file in files for place in all_places.get(file, {}))
        return 100 * ran / total if total else 100.0


def percent(share):
    return "–" if share is None else f"{share:.1f} %"


def reasons():
    found = {}
    for number, line in enumerate((root / list_path).read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.partition("  ")
            if not reason.strip() or name in found or not (root / "Sources/Core" / name).is_file():
                sys.exit(f"{list_path}:{number}: needs a file of the core that stands nowhere else, two blanks, and a reason")
            found[name] = reason.strip()
    return found


def tables(sets, whole, known):
    names = [*sets, "together"] if len(sets) > 1 else [*sets]
    rows = {**sets, "together": whole}
    heads = "".join(f" {name}: lines | regions |" for name in names)
    lines = [f"| folder | lines | regions |{heads}", "|---|--:|--:|" + "--:|" * 2 * len(names)]

    def row(title, files):
        counts = [sum(len(getattr(whole, kind).get(file, {})) for file in files) for kind in ("lines", "regions")]
        cells = [percent(rows[name].share(whole, files, kind)) for name in names for kind in ("lines", "regions")]
        return f"| {title} | {counts[0]:,} | {counts[1]:,} | " + " | ".join(cells) + " |"

    files = sorted(whole.regions)
    for folder in folders:
        lines.append(row(folder, [file for file in files if file.startswith(folder + "/")]))
    lines.append(row("**all but Exports**", [file for file in files if not file.startswith("Exports/")]))
    lines.append(row("**all**", files))
    lines += ["", f"Files of which fewer than {wanted} % of the regions run, and why:", "", "| file | lines | regions | why |", "|---|--:|--:|---|"]
    for file in files:
        share = whole.share(whole, [file], "regions")
        if share < wanted:
            lines.append(f"| {file} | {percent(whole.share(whole, [file], 'lines'))} | {percent(share)} | {known.get(file, '?')} |")
    lines += ["", "All files:", "", f"| file | lines | regions |{heads}", "|---|--:|--:|" + "--:|" * 2 * len(names)]
    lines += [row(file, [file]) for file in sorted(files, key=lambda file: (folders.index(file.split("/")[0]), file))]
    return lines


def main(tool, page, *groups):
    sets = {}
    for group in groups:
        name, _, rest = group.partition("=")
        profile, *objects = rest.split(",")
        regions, left_out = regions_of(tool, profile, objects)
        sets[name] = Set(lines_of(tool, profile, objects, left_out), regions)
    whole = Set()
    for one in sets.values():
        whole |= one
    known = reasons()
    new = tables(sets, whole, known)
    print("\n".join(new[: len(folders) + 4]))
    if page == "-":
        return
    weak = [file for file in whole.regions if whole.share(whole, [file], "regions") < wanted]
    problems = [f"{file}: {percent(whole.share(whole, [file], 'regions'))} of its regions run, and {list_path} does not say why"
                for file in sorted(weak) if file not in known]
    problems += [f"{list_path}: {file}: {wanted} % and more of its regions run; take the line out" for file in known if file not in weak]
    text = Path(page).read_text()
    if text.count(begin) != 1 or text.count(end) != 1:
        sys.exit(f"coverage: {page} needs the lines {begin} and {end}, once each")
    Path(page).write_text(text.split(begin)[0] + "\n".join([begin, *new, end]) + text.split(end)[1])
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
