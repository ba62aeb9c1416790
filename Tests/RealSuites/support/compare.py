"""Compares a suite's outcomes under a variant with those without a library, test by test.

    compare.py differing OUTCOMES VARIANT  the files with a test whose outcome is another and not listed, one a line
    compare.py verdict OUTCOMES VARIANT    what differs and what was reported; exit status 1 unless all of it is listed

The list is ../listed, or what a third argument names; OUTCOMES lies in a folder that is named like the suite. It has a folder for each run: none, none.2, …, and VARIANT, VARIANT.2, …; scripts/real-suites runs files that differ again.
The files that should have run are those of the list `files` beside OUTCOMES; one without an outcome is a failure.
A test differs if no outcome that it had under the library is one that it had without. One that differed at first, but not by
that rule, is unsteady. A report is never excused by another run. A file's exit status counts where none of its tests differs.
"""
import collections
import fnmatch
import pathlib
import re
import sys

MISSING = "did not run"
STATUS = "(exit status)"
LIST = pathlib.Path(__file__).parent.parent / "listed"
REPORT = re.compile(r"^bulwark: (?!leak of |indirect leak of |leaked: )(.*)")


def runs(outcomes, kind):
    """The folders of the runs of one kind, the first run first."""
    found = [outcomes / kind, *sorted(outcomes.glob(kind + ".[0-9]"))]
    return [folder for folder in found if folder.is_dir()]


def tests(folder, file):
    """The outcome of each test of a file in one run; None if that run left the file out."""
    try:
        text = (folder / (file + ".tests")).read_text(errors="replace")
    except FileNotFoundError:
        return None
    seen = collections.Counter()
    result = {}
    for line in text.splitlines():
        outcome, _, name = line.partition("\t")
        seen[name] += 1
        result[name if seen[name] == 1 else f"{name} ({seen[name]})"] = outcome.strip()
    return result


def reports(folder, file):
    """The first lines of the violations that Bulwark reported, without what changes from run to run."""
    found = []
    for kind in (".reports", ".raw"):
        path = folder / (file + kind)
        if path.exists():
            for line in path.read_text(errors="replace").splitlines():
                if match := REPORT.match(line):
                    text = re.sub(r" by thread \d+$", "", match[1])
                    found.append("report: " + re.sub(r"0x[0-9a-f]+", "0x…", text))
    return found


def listed(path, suite, variant):
    """The rows of the list that are about this suite and variant: file, test, reason."""
    rows = []
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            row_suite, variants, file, test, reason = (part.strip() for part in line.split(" | ", 4))
            if row_suite == suite and (variants == "all" or variant in variants.split()):
                rows.append((file, test, reason))
    return rows


def row_of(rows, file, test):
    """The first row of the list that is about a test; None if there is none."""
    return next((row for row in rows if fnmatch.fnmatchcase(file, row[0]) and fnmatch.fnmatchcase(test, row[1])), None)


class Comparison:
    """All files of a suite that should have run under a variant."""

    def __init__(self, outcomes, variant):
        self.without, self.under = runs(outcomes, "none"), runs(outcomes, variant)
        self.files, self.absent, self.ends = [], [], collections.Counter()
        self.different, self.unsteady, self.reported = {}, [], collections.defaultdict(set)
        for file in (outcomes.parent / "files").read_text().split("\n"):
            if not file:
                continue
            if tests(self.without[0], file) is None or tests(self.under[0], file) is None:
                self.absent.append(file)
            else:
                self.files.append(file)
                self.look_at(file)

    def look_at(self, file):
        without = [found for run in self.without if (found := tests(run, file)) is not None]
        under = [found for run in self.under if (found := tests(run, file)) is not None]
        self.ends.update(outcome for name, outcome in without[0].items() if name != STATUS)
        # The status comes last: it follows from what the tests did.
        for name in sorted(set().union(*without, *under), key=lambda name: (name == STATUS, name)):
            expected, seen = ([found.get(name, MISSING) for found in each] for each in (without, under))
            if name == STATUS and any(found == file for found, _ in self.different):
                continue
            if not set(expected) & set(seen):
                self.different[file, name] = f"{seen[0]}, without the library {expected[0]}"
            elif expected[0] != seen[0]:
                self.unsteady.append((file, name))
        for run in self.under:
            for line in reports(run, file):
                self.reported[file].add(line)


def verdict(comparison, rows):
    """Prints what there is to say; true if every difference is listed, nothing more is, and something ran."""
    used, excused = set(), 0
    bad = [f"did not run  {file}" for file in comparison.absent]
    findings = dict(comparison.different)
    findings |= {(file, line): "reported" for file, lines in comparison.reported.items() for line in sorted(lines)}
    for (file, name), what in findings.items():
        if row := row_of(rows, file, name):
            used.add(row)
            excused += 1
        else:
            bad.append(f"differs  {file}: {name}: {what}")
    unsteady = set(comparison.unsteady)
    for row in rows:
        ran = any(fnmatch.fnmatchcase(file, row[0]) for file in comparison.files)
        wavers = any(row_of([row], file, name) for file, name in unsteady)
        if ran and row not in used and not wavers:
            bad.append(f"listed, but not different  {row[0]}: {row[1]} ({row[2]})")
    for file, name in sorted(unsteady):
        print(f"unsteady {file}: {name}")
    print("\n".join(bad[:200]))
    print(f"{comparison.ends.total()} tests in {len(comparison.files)} files: {len(comparison.different)} different, {excused} findings listed, "
          f"{len(unsteady)} unsteady, {sum(map(len, comparison.reported.values()))} reports")
    print("without the library: " + ", ".join(f"{count} {outcome or 'none'}" for outcome, count in comparison.ends.most_common(6)))
    return not bad and bool(comparison.files)


def main():
    mode, outcomes, variant = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    comparison = Comparison(outcomes, variant)
    path = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else LIST
    rows = listed(path, outcomes.parent.name, variant)
    if mode == "differing":
        for file in sorted({file for file, name in comparison.different if not row_of(rows, file, name)}):
            print(file)
    elif not verdict(comparison, rows):
        sys.exit(1)


main()
