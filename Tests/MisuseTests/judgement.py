"""Judges how one run of a scenario ended, by the grammar of outcomes in Sources/Misuse/misuse.h."""

import re
import signal

# Guard faults that are reported at the access.
GUARDED = {"guardedOverflow", "guardedUnderflow", "guardedUseAfterFree", "zeroSizeAccess"}
FIRST_LINE = re.compile(
    r"^bulwark: (?P<what>.*?)0x(?P<address>[0-9a-f]+)(?: \((?P<subject>.*)\))? by thread (?P<thread>\d+)$")
SUBJECTS = {
    "block": re.compile(r"^(\d+)-byte block"),
    "inside": re.compile(r"^no block's start, among (\d+)-byte blocks"),
    "foreign": re.compile(r"^not a block of this allocator"),
}


class Report:
    """What a run said: the lines of the library, and what the scenario said the report must be about."""

    def __init__(self, suite, text):
        self.abouts, self.threads, self.any_thread = [], [], False
        self.gave_up = None
        self.first = None  # the match of the library's first line
        self.lines = []
        for line in text.splitlines():
            if line.startswith("misuse: about "):
                kind, address, requested, room = line.split()[2:]
                self.abouts.append((kind, int(address, 16), {requested, room}))
            elif line == "misuse: thread any":
                self.any_thread = True
            elif line.startswith("misuse: thread "):
                if not self.lines:  # those that come after the report did not make it
                    self.threads.append(line.split()[2])
            elif line.startswith("misuse: gave up"):
                self.gave_up = line
            else:
                self.lines.append(line)
        first = next((line for line in self.lines if line.startswith("bulwark: ")), None)
        self.first = FIRST_LINE.match(first) if first else None
        self.violation = next((v for v in suite.violations if self.first and v.line == self.first["what"]), None)

    def fault_of_first_line(self, violation):
        """What is wrong with the first line, given that it names the violation."""
        threads = self.threads if self.any_thread else self.threads[-1:]
        if self.first["thread"] not in threads:
            return f"names thread {self.first['thread']}, not {' or '.join(threads)}"
        if not self.abouts:
            return None
        address = int(self.first["address"], 16)
        for kind, start, sizes in self.abouts:
            subject = SUBJECTS[kind].match(self.first["subject"] or "")
            if address == start and subject and (kind == "foreign" or subject[1] in sizes):
                return None
        return f"is about another block than {self.abouts}"


def fault_of_functions(scenario, report, goes_on):
    """What is missing in the report's backtraces. One after which the program goes on is by frame pointers alone, which
    the scenarios have none of: it ends with the first function."""
    wanted = scenario.functions.split()
    if not goes_on and not scenario.name.endswith(("/other", "/both")):
        wanted.append(scenario.body)
    text = "\n".join(report.lines)
    missing = [name for name in wanted if not re.search(rf"\b{name}\b", text)]
    return f"no backtrace names {', '.join(missing)}" if missing else None


def judge(suite, scenario, outcome, run, functions):
    """None if the run ended as one alternative of `outcome` says, else why not. `functions`: look for them, too."""
    report = Report(suite, run.text)
    if report.gave_up:
        return report.gave_up
    if run.status == -signal.SIGALRM:
        return "no end within the driver's time limit"
    reasons = []
    for alternative in outcome.split(" | "):
        goes_on = alternative.startswith("goes on: ")
        name = alternative.removeprefix("goes on: ")
        if name == "harmless":
            reason = None if run.status == 0 and not report.lines else "not harmless"
        elif name == "fault":
            guarded = report.violation if report.violation and report.violation.name in GUARDED else None
            if report.lines and not guarded:
                reason = "another report than of a fault"
            elif run.status != (-guarded.signal if guarded else -signal.SIGSEGV):
                reason = "no fault"
            else:
                reason = None
        else:
            violation = next(v for v in suite.violations if v.name == name)
            if report.violation != violation:
                reason = f"no report of {name}"
            elif sum(1 for line in report.lines if FIRST_LINE.match(line)) != 1:
                reason = "more than one report"
            elif run.status != (0 if goes_on else -violation.signal):
                reason = f"ended by {run.status}, not {0 if goes_on else -violation.signal}"
            else:
                reason = report.fault_of_first_line(violation)
                if not reason and functions:
                    reason = fault_of_functions(scenario, report, goes_on)
        if reason is None:
            return None
        reasons.append(reason)
    return "; ".join(reasons)


def judge_unpromised(suite, scenario, run):
    """Nothing is promised but that the process ends, and that a report is none that is wrong."""
    report = Report(suite, run.text)
    if run.status == -signal.SIGALRM:
        return "no end within the driver's time limit"
    if report.violation:
        promised = violations_of(scenario.secure) | violations_of(scenario.debug) | violations_of(scenario.release)
        if report.violation.name not in promised:
            return f"a report of {report.violation.name}, which it is not"
    return None


def judge_legal(run):
    words = [line for line in run.text.splitlines() if not line.startswith("misuse: thread ")]
    return None if run.status == 0 and not words else "the legal twin is stopped"


def violations_of(outcome):
    names = {name.removeprefix("goes on: ") for name in outcome.split(" | ")}
    return names - {"fault", "harmless", "anything"}
