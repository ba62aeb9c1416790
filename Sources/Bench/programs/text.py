"""text: lines of a log made, taken apart by regular expressions, counted, sorted and put together again.

Run by the benchmark as `python3 text.py OPERATIONS`, with PYTHONMALLOC=malloc and without. Where objects.py keeps many
small objects, this makes strings of all lengths that live briefly. An operation is one line.
"""

import re
import sys

LINE = re.compile(r"(?P<host>\d+\.\d+\.\d+\.\d+) \[(?P<time>[^\]]+)\] \"(?P<verb>[A-Z]+) (?P<path>\S+)\" (?P<size>\d+)")
NUMBER = re.compile(r"\d+")
VERBS = ["GET", "PUT", "POST", "DELETE", "HEAD"]


def line(number):
    host = ".".join(str(number * prime % 256) for prime in (7, 31, 127, 8191))
    path = "/".join(["", f"group{number % 37}", f"item{number * 48271 % 65537}", "x" * (number % 90)])
    return f'{host} [{number:012d}] "{VERBS[number % 5]} {path}" {number * 31 % 100003}'


def batch(numbers):
    """Returns the sum of the sizes found in the lines of these numbers."""
    text = "\n".join(line(number) for number in numbers)
    found = [match.groupdict() for match in LINE.finditer(text)]
    by_path = {}
    for entry in found:
        by_path.setdefault(entry["path"].rsplit("/", 1)[0], []).append(entry)
    order = sorted(found, key=lambda entry: (entry["path"][::-1], entry["host"]))
    report = "\n".join(f"{len(by_path[path]):5d} {path.title()}" for path in sorted(by_path))
    masked = NUMBER.sub(lambda digits: "#" * len(digits.group()), report)
    words = masked.replace("/", " ").split()
    if len(order) != len(numbers) or len(words) < len(by_path):
        sys.exit("checksum: a line was lost")
    return sum(int(entry["size"]) for entry in order)


def main():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) == 0:
        sys.exit("usage: text.py OPERATIONS (at least 1)")
    operations, step, total = int(sys.argv[1]), 5000, 0
    for first in range(0, operations, step):
        total += batch(range(first, min(first + step, operations)))
    if total != sum(number * 31 % 100003 for number in range(operations)):
        sys.exit("checksum: a size came back changed")
    print("operations", operations)


main()
