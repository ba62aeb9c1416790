"""The mutants of Tests/Mutants: read, checked against the sources, listed, and built into a copy of the tree.

A mutant is a paragraph of a file Tests/Mutants/*.mutants:

    name  path below Sources/Core
      why: what the change breaks, in one line
      expression: text of «the part that changes», on one line
      becomes: its replacement

`expression:` changes a part that is an expression, `statement:` one that is a whole statement (`becomes:` may be empty).
Without « » the whole text changes. The text must occur exactly once in its file; in it ⏎ is the end of a line, and the spaces
that a line begins with do not count. All mutants are built at once, each behind
the question whether it is the one that BULWARK_MUTANT names by number.

What became of each is in Tests/Mutants/results.tsv: name, fingerprint of the change, `killed` or `survived`, the suites that it passed,
and for a killed one the suite and what failed in it. A row whose fingerprint is another is of a change that is no more. README.md there
has the same as lists, between marks.
"""

import hashlib
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
core = root / "Sources/Core"
folder = root / "Tests/Mutants"
results_path = folder / "results.tsv"
page_path = folder / "README.md"
begin, end = "<!-- scripts/mutate -->", "<!-- end of scripts/mutate -->"


def pattern(text):
    """A regular expression for a text, in which the spaces that a line begins with do not count."""
    return r"\s*\n\s*".join(re.escape(line.lstrip() if number else line) for number, line in enumerate(text.split("⏎")))


class Mutant:
    def __init__(self, place):
        self.place, self.name, self.path, self.why, self.kind, self.text, self.becomes = place, "", "", "", "", "", None

    def fail(self, message):
        sys.exit(f"mutate: {self.place}: {self.name}: {message}")

    def fingerprint(self):
        """Another one when the change is another."""
        text = "\0".join([self.path, self.kind, self.text, self.becomes or ""])
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def find(self):
        """Where the part that changes is in the source: (start, end)."""
        marked = re.fullmatch(r"([^«»]*)«([^«»]*)»([^«»]*)", self.text)
        before, part, after = marked.groups() if marked else ("", self.text, "")
        source = (core / self.path).read_text()
        found = list(re.finditer("".join(f"({pattern(text)})" for text in (before, part, after)), source))
        if len(found) != 1:
            self.fail(f"occurs {len(found)} times in Sources/Core/{self.path}, must occur once: {before + part + after}")
        return found[0].span(2)


def read():
    mutants = []
    for file in sorted(folder.glob("*.mutants")):
        mutant = None
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            if not line.startswith(" "):
                mutant = Mutant(f"{file.name}:{number}")
                mutant.name, mutant.path = line.split(None, 1)
                mutants.append(mutant)
                continue
            key, _, value = line.strip().partition(":")
            value = value.strip()
            if key == "why":
                mutant.why = value
            elif key in ("expression", "statement"):
                mutant.kind, mutant.text = key, value
            elif key == "becomes":
                mutant.becomes = value
            else:
                mutant.fail(f"unknown key '{key}'; accepted: why, expression, statement, becomes")
    return mutants


def check(mutants):
    names = set()
    spans = {}
    for mutant in mutants:
        if mutant.name in names:
            mutant.fail("the name is taken")
        names.add(mutant.name)
        if not (core / mutant.path).is_file():
            mutant.fail(f"there is no Sources/Core/{mutant.path}")
        if not mutant.why or not mutant.text or mutant.becomes is None or (mutant.kind == "expression" and not mutant.becomes):
            mutant.fail("needs why:, expression: or statement:, and becomes:")
        start, end = mutant.find()
        for other_start, other_end, other in spans.setdefault(mutant.path, []):
            if (start, end) != (other_start, other_end) and start < other_end and other_start < end:
                mutant.fail(f"overlaps {other}")
        spans[mutant.path].append((start, end, mutant.name))


def write(path, text):
    """What is as it was is not built again."""
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def apply(mutants, tree):
    """Puts all of them into a copy of the tree; a mutant's number is its place in the list, from 1."""
    changes = {}
    for number, mutant in enumerate(mutants, 1):
        changes.setdefault(mutant.path, {}).setdefault(mutant.find(), []).append((number, mutant))
    for path, spans in changes.items():
        source = (core / path).read_text()
        for (start, end), variants in sorted(spans.items(), reverse=True):
            text = source[start:end]
            for number, mutant in variants:
                if mutant.kind == "expression":
                    text = f"(bw_is_mutant({number}) ? ({mutant.becomes}) : ({text}))"
                else:
                    text = f"if bw_is_mutant({number}) {{ {mutant.becomes} }} else {{ {text} }}"
            source = source[:start] + text + source[end:]
        if "import CBulwark" not in source:
            source = "import CBulwark\n" + source
        write(Path(tree) / "Sources/Core" / path, source)
    header = "Sources/CBulwark/include/CBulwark.h"
    write(Path(tree) / header, (root / header).read_text() + switch)


# Asked at any time, also before main and before libc is ready: no call.
switch = """
extern char **environ;
static inline _Bool bw_is_mutant(int number) {
    static int chosen = -1;
    if (chosen < 0) {
        char **entry = environ;
        if (!entry) return 0;
        int found = 0;
        for (; *entry; entry++) {
            const char *name = "BULWARK_MUTANT=", *text = *entry;
            while (*name && *name == *text) name++, text++;
            if (*name) continue;
            while (*text >= '0' && *text <= '9') found = found * 10 + (*text++ - '0');
        }
        chosen = found;
    }
    return chosen == number;
}
"""

def read_results(mutants):
    """{name: (verdict, suites passed, suite, what)} of the mutants as they are now."""
    found = {}
    now = {mutant.name: mutant.fingerprint() for mutant in mutants}
    for line in results_path.read_text().splitlines() if results_path.is_file() else []:
        name, fingerprint, verdict, passed, suite, what = line.split("\t")
        if now.get(name) == fingerprint:
            found[name] = (verdict, passed.split(), suite, what)
    return found


def record(mutants, name, verdict, passed, suite="", what=""):
    """Notes what became of one. What it survived earlier, it still survived."""
    results = read_results(mutants)
    earlier = results.get(name, ("", [], "", ""))[1]
    results[name] = (verdict, sorted({*earlier, *passed} - {suite}), suite, what)
    rows = []
    for mutant in mutants:
        if mutant.name in results:
            verdict, passed, suite, what = results[mutant.name]
            rows.append("\t".join([mutant.name, mutant.fingerprint(), verdict, " ".join(passed), suite, what]))
    write(results_path, "\n".join(rows) + "\n")
    write(page_path, page(mutants))


def page(mutants):
    """README.md with the results between its marks."""
    results = read_results(mutants)
    killed, survived, untried = {}, [], []
    for mutant in mutants:
        verdict, passed, suite, what = results.get(mutant.name, ("", [], "", ""))
        if verdict == "killed":
            killed.setdefault(suite, []).append(f"{mutant.name} ({what})")
        elif verdict == "survived":
            survived.append(f"- {mutant.name}: {mutant.why}. Passed {', '.join(passed)}.")
        else:
            untried.append(mutant.name)
    count = sum(map(len, killed.values()))
    lines = [begin, f"{count} of {len(mutants)} mutants killed, {len(survived)} survived, {len(untried)} not run as they are now.", "", "Killed by", ""]
    lines += [f"- **{suite}** ({len(names)}): {', '.join(names)}." for suite, names in sorted(killed.items())]
    lines += ["", "Survived:", "", *survived] if survived else ["", "Survived: none."]
    lines += ["", f"Not run: {', '.join(untried)}."] if untried else []
    text = page_path.read_text()
    if text.count(begin) != 1 or text.count(end) != 1:
        sys.exit(f"mutate: Tests/Mutants/README.md needs the lines {begin} and {end}, once each")
    return text.split(begin)[0] + "\n".join([*lines, end]) + text.split(end)[1]


def sync(new, old):
    """Makes a copy that was built like a new one; what is the same keeps its time."""
    for file in Path(new).rglob("*"):
        other = Path(old) / file.relative_to(new)
        if file.is_symlink() or file.is_dir():
            continue
        if not other.is_file() or other.read_bytes() != file.read_bytes():
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_bytes(file.read_bytes())


if __name__ == "__main__":
    if sys.argv[1] == "sync":
        sync(sys.argv[2], sys.argv[3])
        sys.exit()
    mutants = read()
    check(mutants)
    if sys.argv[1] == "list":
        for number, mutant in enumerate(mutants, 1):
            print(f"{number}\t{mutant.name}\t{mutant.path}\t{mutant.why}")
        if page(mutants) != page_path.read_text():
            sys.exit("mutate: Tests/Mutants/README.md has not what results.tsv says: run scripts/mutate --page")
    elif sys.argv[1] == "apply":
        apply(mutants, sys.argv[2])
    elif sys.argv[1] == "page":
        write(page_path, page(mutants))
    elif sys.argv[1] == "record":
        name, verdict, passed, *killer = sys.argv[2:]
        record(mutants, name, verdict, passed.split(), *killer)
