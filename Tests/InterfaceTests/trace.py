#!/usr/bin/python3
"""Runs a program in a terminal of its own under a library with trace_file, and judges the trace.

    trace.py LIBRARY LEAST PROGRAM [ARGUMENT...]

A program that does not end by itself within three seconds is sent a q. Passes if it exits with 0, printed no report, and its trace
has LEAST lines and is consistent: what is allocated is not live, what is freed is, with the size that it was allocated with.
"""
import os
import pty
import re
import select
import signal
import sys
import tempfile
import time

LINE = re.compile(r"^\d+\.\d{9} (\d+) ([+-]) (0x[0-9a-f]+) (\d+|\?)(?: (malloc|aligned_alloc))? 0x[0-9a-f]+$")


def run(library, arguments, trace):
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(LD_PRELOAD=library, TERM="xterm", BULWARK_OPTIONS=f"trace_file={trace}:leak_report=0")
        os.execvp(arguments[0], arguments)
    output, start, asked = b"", time.monotonic(), False
    while time.monotonic() - start < 60:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if not part:
                break
            output += part
        if not asked and time.monotonic() - start > 3:
            asked = True
            os.write(terminal, b"q")
    else:
        os.kill(child, signal.SIGKILL)
        sys.exit(f"{arguments[0]} does not end")
    return os.waitpid(child, 0)[1], output


def judge(path, process):
    live, count = {}, 0
    with open(path) as lines:
        for line in lines:
            found = LINE.match(line)
            if not found:
                sys.exit(f"this line has another form: {line!r}")
            _, sign, address, size, function = found.groups()
            count += 1
            if sign == "+":
                if address in live:
                    sys.exit(f"allocated while live: {line!r}")
                if not function:
                    sys.exit(f"without a function: {line!r}")
                live[address] = size
            elif live.pop(address, size) != size:
                sys.exit(f"freed with another size: {line!r}")
    print(f"{process}: {count} operations, {len(live)} blocks live at the end")
    return count


def main():
    library, least, arguments = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace")
        status, output = run(library, arguments, trace)
        if b"bulwark: " in output or status != 0:
            sys.stdout.buffer.write(output[-2000:])
            sys.exit(f"{arguments[0]}: wait status {status}")
        if judge(trace, arguments[0]) < least:
            sys.exit(f"fewer than {least} operations")


main()
