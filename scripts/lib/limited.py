"""Runs a command for at most so many seconds: limited.py SECONDS COMMAND [ARGUMENT...]; its exit status, or 124.

Nothing that the command started outlives it, wherever it moved to: its descendants become this process's children when their parents
end (prctl(2), PR_SET_CHILD_SUBREAPER), and are ended one by one. timeout(1) cannot: a process group of its own escapes it, and if a library
that hangs is preloaded into timeout itself, that hangs, too.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time


def children(of):
    """Who has this process for a parent."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == of and fields[0] != "Z":
                found.append(int(name))
    return found


def descendants(of):
    found = []
    for child in children(of):
        found += [child, *descendants(child)]
    return found


def end_descendants():
    """Until none is left: while some are being ended others may be born."""
    while left := descendants(os.getpid()):
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)


def main(seconds, command):
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: (end_descendants(), os._exit(143)))
    process = subprocess.Popen(command)
    try:
        status = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        status = 124
    end_descendants()
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
