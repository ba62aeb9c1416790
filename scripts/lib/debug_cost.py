"""Measures and prints for scripts/debug-cost: debug_cost.py ROUNDS ROOT SCRATCH [WORKLOAD]...

Each run is a child of this process, whose processor time and peak memory, its own children's included, the kernel tells when it ends.
"""

import os
import statistics
import sys

rounds, root, scratch, only = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
bench = os.path.join(root, "Sources/Bench/programs")
library = os.path.join(root, "dist/lib/libbulwark-debug.so")

# Under memcheck the longest takes some ten seconds.
workloads = {
    "containers": ([f"{scratch}/containers", "300000"], {}),
    "perl": (["/usr/bin/perl", f"{bench}/words.pl", "8000"], {}),
    "lua": (["/usr/bin/lua5.4", f"{bench}/records.lua", "25000"], {}),
    "python": (["/usr/bin/python3", f"{bench}/objects.py", "7000"], {"PYTHONMALLOC": "malloc"}),
    "gcc": (["/usr/bin/g++", "-O0", "-fsyntax-only", "-DCOUNT=1", f"{bench}/templates.cpp"], {}),
}


def preloaded(options):
    return lambda command: (command, {"LD_PRELOAD": library, "BULWARK_OPTIONS": options})


configurations = {
    "libc": lambda command: (command, {}),
    "debug, block_stacks=0": preloaded("block_stacks=0"),
    "debug, unwinder=frames": preloaded("unwinder=frames"),
    "debug": preloaded(""),
    "memcheck": lambda command: (["/usr/bin/valgrind", "-q", "--trace-children=yes"] + command, {}),
    "ASan": lambda command: ([command[0] + "-asan"] + command[1:], {}) if command[0].startswith(scratch) else None,
}


def run(command, environment):
    """Processor seconds and peak MiB."""
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)
        os.execve(command[0], command, {**os.environ, **environment})
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"debug-cost: {' '.join(command)} ended with status {status} under {environment}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def summary(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f}…{max(values):.1f})"


names = [name for name in workloads if not only or name in only]
results = {}
for turn in range(rounds):
    for name in names:
        command, environment = workloads[name]
        variants = list(configurations.items())
        for configuration, change in variants[turn % len(variants) :] + variants[: turn % len(variants)]:
            changed = change(command)
            if changed:
                results[name, configuration, turn] = run(changed[0], {**environment, **changed[1]})
    print(f"round {turn + 1} of {rounds}", file=sys.stderr)

others = [configuration for configuration in configurations if configuration != "libc"]
print("| | libc | " + " | ".join(others) + " |")
print("|---|--:|" + "--:|" * len(others))
for title, index, unit in [("processor time", 0, "s"), ("peak memory", 1, "MiB")]:
    for name in names:
        base = [results[name, "libc", turn][index] for turn in range(rounds)]
        cells = [f"{statistics.median(base):.2f} {unit}" if index == 0 else f"{statistics.median(base):.0f} {unit}"]
        for configuration in others:
            if (name, configuration, 0) not in results:
                cells.append("–")
                continue
            cells.append(summary([results[name, configuration, turn][index] / base[turn] for turn in range(rounds)]))
        print(f"| {name}, {title} | " + " | ".join(cells) + " |")
