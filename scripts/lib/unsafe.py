"""Counts what the Swift sources mark as unsafe, and writes the tables of Core.docc/UnsafeSurface.md: unsafe.py tables|check|grow|test.
With `targets`, a package's description on standard input (swift package dump-package): says which Swift targets lack a setting.

A use is the word `unsafe` before an expression, or in `nonisolated(unsafe)`; `@unsafe` marks a declaration that only such expressions may
call, `@safe` one that hides pointers behind rules of its own. Words in comments and strings do not count; code within \\( ) does.
The list scripts/lib/unsafe_reasons.txt has a reason for each file with uses: a line `PATH  REASON`.
"""

import json
import os
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
page = root / "Sources/Core/Core.docc/UnsafeSurface.md"
list_path = "scripts/lib/unsafe_reasons.txt"
kinds = ("unsafe", "@unsafe", "@safe")
begin, end = "<!-- scripts/unsafe -->", "<!-- end of scripts/unsafe -->"
groups = ("Sources/Core", "Sources")

word = re.compile(r"[^\W\d]\w*")
opening = re.compile(r'(#*)("""|")')


def skip_comment(text, at):
    """The place behind a comment that begins here; they nest."""
    if text.startswith("//", at):
        stop = text.find("\n", at)
        return len(text) if stop < 0 else stop
    depth, at = 1, at + 2
    while depth and at < len(text):
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
        else:
            at += 1
    return at


def skip_string(text, at, tokens):
    """The place behind a string that begins here; the code in it is read for tokens."""
    hashes, quotes = opening.match(text, at).groups()
    at += len(hashes) + len(quotes)
    escape, close = "\\" + hashes, quotes + hashes
    while at < len(text):
        if text.startswith(close, at):
            return at + len(close)
        if text.startswith(escape, at):
            at += len(escape)
            at = read(text, at + 1, tokens, nested=True) if text.startswith("(", at) else at + 1
        else:
            at += 1
    return at


def read(text, at, tokens, nested=False):
    """Appends the words and signs of code from here on; within a string, up to the parenthesis that closes it."""
    depth = 1
    while at < len(text):
        if text.startswith(("//", "/*"), at):
            at = skip_comment(text, at)
        elif opening.match(text, at):
            at = skip_string(text, at, tokens)
        elif text[at] == "`":
            at = text.index("`", at + 1) + 1
            tokens.append("``")
        elif found := word.match(text, at):
            tokens.append(found.group())
            at = found.end()
        else:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            if not text[at].isspace():
                tokens.append(text[at])
            at += 1
            if nested and depth == 0:
                break
    return at


def count(text):
    """The uses in a text: one number for each kind."""
    tokens = []
    read(text, 0, tokens)
    numbers = dict.fromkeys(kinds, 0)
    for before, token in zip([""] + tokens, tokens):
        if token in ("unsafe", "safe") and before == "@":
            numbers["@" + token] += 1
        elif token == "unsafe" and before not in (".", "func", "var", "let"):
            numbers["unsafe"] += 1
    return tuple(numbers.values())


def sources():
    """All Swift files of the libraries and the tools, once each: links are not followed."""
    for folder, names, files in os.walk(root / "Sources"):
        names.sort()
        for file in sorted(files):
            path = Path(folder) / file
            if file.endswith(".swift") and not path.is_symlink():
                yield str(path.relative_to(root)), path.read_text()


def counted():
    """{path: numbers} of the files that have any."""
    return {path: numbers for path, text in sources() if any(numbers := count(text))}


def reasons():
    """{path: reason}."""
    found = {}
    for number, line in enumerate((root / list_path).read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition("  ")
        if not reason.strip() or name in found:
            sys.exit(f"{list_path}:{number}: needs a path that stands nowhere else, two blanks, and a reason")
        found[name] = reason.strip()
    return found


def group_of(path):
    return next(group for group in groups if path.startswith(group + "/"))


def check_reasons(files, known):
    """What is wrong with the list, a line each."""
    for path in files:
        if path not in known:
            yield f"{path}: {files[path][0]} unsafe, and no reason for it in {list_path}; write one"
    for name in known:
        if name not in files:
            yield f"{list_path}: {name}: a reason, but no such file with unsafe in it; take the line out"


def sums(rows):
    return [sum(numbers) for numbers in zip(*rows)] or [0] * len(kinds)


def tables(files, known):
    """The page's lines between the marks."""
    lines = ["| | files with any | `unsafe` | `@unsafe` | `@safe` |", "|---|--:|--:|--:|--:|"]
    folders = {}
    for path, numbers in files.items():
        group = group_of(path)
        folders.setdefault("/".join(path.split("/")[:3]) if group == "Sources/Core" else group, []).append(numbers)
    titles = {"Sources": "the tools"}
    total = [numbers for path, numbers in files.items() if group_of(path) == "Sources/Core"]
    tools = folders.pop("Sources", [])
    for name, rows in [*sorted(folders.items()), ("**all of Core**", total), ("Sources", tools)]:
        lines.append(f"| {titles.get(name, name)} | {len(rows)} | " + " | ".join(map(str, sums(rows))) + " |")
    lines += ["", "| file | `unsafe` | `@unsafe` | `@safe` | why |", "|---|--:|--:|--:|---|"]
    for path in sorted(files, key=lambda path: (groups.index(group_of(path)), path)):
        lines.append(f"| {path} | " + " | ".join(map(str, files[path])) + f" | {known[path]} |")
    return lines


def recorded(text):
    """{path: numbers} as the page says."""
    rows = re.findall(r"^\| (\S+\.swift) \| (\d+) \| (\d+) \| (\d+) \| .* \|$", text, re.MULTILINE)
    return {path: tuple(map(int, numbers)) for path, *numbers in rows}


def compare(files, old):
    """(what grew, what else differs), a line each."""
    grown, others = [], []
    for path in sorted(files.keys() | old.keys()):
        for kind, new_number, old_number in zip(kinds, files.get(path, (0, 0, 0)), old.get(path, (0, 0, 0))):
            if new_number > old_number and kind != "@safe":
                grown.append(
                    f"{path}: {new_number} {kind}, {old_number} recorded; do without (Bits/Ref.swift, Bits/Address.swift), or say why "
                    f"in the commit and run scripts/unsafe --grow"
                )
            elif new_number != old_number:
                others.append(f"{path}: {new_number} {kind}, {old_number} recorded; run scripts/unsafe")
    return grown, others


def main(mode):
    text = page.read_text()
    if text.count(begin) != 1 or text.count(end) != 1:
        sys.exit(f"UnsafeSurface.md needs the lines {begin} and {end}, once each")
    files, known = counted(), reasons()
    problems = list(check_reasons(files, known))
    grown, others = compare(files, recorded(text))
    if problems or (grown and mode != "grow"):
        sys.exit("\n".join(problems + grown))
    before, rest = text.split(begin)
    new = before + "\n".join([begin, *tables(files, known), end]) + rest.split(end)[1]
    if mode == "check":
        if others or new != text:
            sys.exit("\n".join(others) or "UnsafeSurface.md is not what scripts/unsafe writes: run it")
    elif new != text:
        page.write_text(new)
    core = sums([numbers for path, numbers in files.items() if path.startswith("Sources/Core/")])
    print(f"{core[0]} unsafe expressions, {core[1]} @unsafe and {core[2]} @safe declarations in Core")


def has_swift(folder, excluded):
    """Whether a target's folder has Swift files; links lead to most of them."""
    for where, _, files in os.walk(folder, followlinks=True):
        for file in files:
            path = os.path.relpath(os.path.join(where, file), folder)
            if file.endswith(".swift") and not any(path == name or path.startswith(name + "/") for name in excluded):
                return True
    return False


def check_targets(package):
    """The settings that Swift targets lack, a line each."""
    for target in package["targets"]:
        folder = target.get("path") or ("Tests/" if target["type"] == "test" else "Sources/") + target["name"]
        if not has_swift(root / folder, target["exclude"]):
            continue
        kinds = {name: value for setting in target["settings"] if setting["tool"] == "swift" for name, value in setting["kind"].items()}
        if "strictMemorySafety" not in kinds:
            yield f"target {target['name']} is compiled without .strictMemorySafety(), which every Swift target must have"
        if kinds.get("treatAllWarnings", {}).get("_0") != "error":
            yield f"target {target['name']} is compiled without .treatAllWarnings(as: .error), without which what is unsafe only warns"


def test():
    """The reading of Swift, on what is easily misread."""
    samples = {
        "unsafe f()": (1, 0, 0),
        "@unsafe func f() { unsafe g() }  // unsafe": (1, 1, 0),
        "/* unsafe /* unsafe */ unsafe */ @safe struct S {}": (0, 0, 1),
        '"unsafe \\(unsafe f("unsafe")) unsafe"': (1, 0, 0),
        '#"unsafe \\(unsafe) \\#(unsafe f())"#': (1, 0, 0),
        '"""\nunsafe " unsafe\n\\(unsafe f())\n"""': (1, 0, 0),
        '"\\"unsafe"; unsafe f()': (1, 0, 0),
        "`unsafe`; x.unsafe; unsafeAddress { unsafe p }": (1, 0, 0),
        "nonisolated(unsafe) var x = 0": (1, 0, 0),
        "if unsafe a, unsafe b {}": (2, 0, 0),
    }
    for text, numbers in samples.items():
        if count(text) != numbers:
            sys.exit(f"counted {count(text)}, not {numbers}, in: {text}")
    old, new = {"a.swift": (2, 0, 0), "b.swift": (1, 0, 0)}, {"a.swift": (3, 0, 0)}
    grown, others = compare(new, old)
    if len(grown) != 1 or "a.swift: 3 unsafe, 2 recorded" not in grown[0] or len(others) != 1:
        sys.exit(f"compared wrongly: {grown} {others}")


if __name__ == "__main__":
    if sys.argv[1] == "test":
        test()
    elif sys.argv[1] == "targets":
        sys.exit("\n".join(check_targets(json.load(sys.stdin))) or 0)
    else:
        main(sys.argv[1])
