"""Runs the commands of a guide and compares what they print with what it says: guide.py GUIDE.md FOLDER.

A guide is Markdown; in its indented blocks a line that begins with '$ ' is a command, run by bash in FOLDER, and the lines up to the next are
what it prints, stderr before stdout's end as they come. '$ cat NAME' of a file that is not there makes it, of those lines. A line '…' stands
for any lines. Numbers in hexadecimal, of processes and threads, and the folders of paths may differ. Prints a line for each command, and
'N passed, N failed'.
"""

import os
import re
import subprocess
import sys

guide, folder = sys.argv[1:]


def commands(text):
    """(command, expected lines) in order."""
    found = []
    in_block = False
    for line in text.split("\n"):
        if line.startswith("    "):
            in_block = True
            line = line[4:]
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found:
                found[-1][1].append(line)
        elif line == "" and in_block and found:
            found[-1][1].append("")
        else:
            in_block = False
    # Empty lines at the end belong to the Markdown.
    for _, expected in found:
        while expected and expected[-1] == "":
            expected.pop()
    return found


def alike(line):
    """The line without what differs from run to run."""
    line = re.sub(r"/[^ :()]*/", "/", line)
    line = re.sub(r"0x(?!df)[0-9a-f]+", "0x", line)
    return re.sub(r"(process|thread) \d+", r"\1", line)


def matches(said, expected):
    """True if each line is as expected, in order, with any lines where it says '…'."""
    if not expected:
        return not said
    if expected[0] == "…":
        return any(matches(said[skipped:], expected[1:]) for skipped in range(len(said) + 1))
    return bool(said) and alike(said[0]) == alike(expected[0]) and matches(said[1:], expected[1:])


with open(guide, encoding="utf-8") as file:
    steps = commands(file.read())
status = 0
failed = 0
for command, expected in steps:
    name = command[4:]
    if command.startswith("cat ") and not os.path.exists(os.path.join(folder, name)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("\n".join(expected) + "\n")
        continue
    # $? is the last command's, as in a shell.
    run = subprocess.run(
        ["bash", "-c", f"(exit {status}); {command}"], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", timeout=120, check=False)
    status = run.returncode
    said = (run.stdout + run.stderr).rstrip("\n").split("\n") if run.stdout or run.stderr else []
    if matches(said, expected):
        print(f"ok    {command[:100]}")
    else:
        failed += 1
        print(f"FAIL  {command[:100]} (exit status {status})")
        for line in said:
            print(f"      | {line}")
assert steps, "no commands"
sys.exit(1 if failed else 0)
