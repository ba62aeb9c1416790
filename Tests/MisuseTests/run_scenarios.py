#!/usr/bin/python3
"""Runs every scenario of Sources/Misuse under one or more variants, and judges how each run ends.

Called by run.sh, which builds the scenarios. A wrong program must end as its `outcome` for the variant says (the
grammar stands in Sources/Misuse/misuse.h); its legal twin must run through without a word.
"""

import argparse
import collections
import fnmatch
import math
import os
import re
import subprocess
import sys
import threading

from judgement import judge, judge_legal, judge_unpromised, violations_of

# The probability that a healthy library fails a probabilistic scenario: the number of misses allowed is the least whose
# excess is less likely than this.
FALSE_ALARM = 1e-9
# A rate needs so many times the runs of a certain scenario.
RATE_RUNS = 10
# What holds for all scenarios that do not say otherwise. A sampled block would be reported as one: another violation; and they
# lose blocks.
COMMON_OPTIONS = ["sample_rate=0", "leak_report=0"]

Scenario = collections.namedtuple(
    "Scenario", "name secure debug release body functions options runs of")
Violation = collections.namedtuple("Violation", "name signal line")
Run = collections.namedtuple("Run", "status text")


class Suite:
    def __init__(self, program):
        self.program = program
        self.scenarios = [Scenario(*line.split("\t")) for line in self.lines("--list")]
        self.violations = [Violation(name, int(number), line)
                           for name, number, line in (text.split("\t") for text in self.lines("--violations"))]

    def lines(self, option):
        return subprocess.run([self.program, option], check=True, capture_output=True, text=True).stdout.splitlines()


class Library:
    """A variant's library, and which options it takes."""

    def __init__(self, variant, file):
        self.variant, self.file, self.taken = variant, file, {}

    def takes(self, option):
        """Whether the library takes an option (name=value) without a word: it has what the option is for."""
        if option not in self.taken:
            said = subprocess.run(["/bin/true"], env={"LD_PRELOAD": self.file, "BULWARK_OPTIONS": option}, check=True,
                                  stderr=subprocess.PIPE).stderr
            self.taken[option] = not said
        return self.taken[option]

    def environment(self, scenario):
        """Nothing is inherited, but which mutant scripts/mutate chose. An option that a variant does not take is for what it does not
        promise either."""
        wanted = scenario.options.split(":") if scenario.options else []
        names = {option.split("=")[0] for option in wanted}
        wanted += [option for option in COMMON_OPTIONS if option.split("=")[0] not in names]
        mutant = {name: os.environ[name] for name in ["BULWARK_MUTANT"] if name in os.environ}
        return {"LD_PRELOAD": self.file, "BULWARK_OPTIONS": ":".join(filter(self.takes, wanted)), **mutant}

    def lacks(self, scenario):
        return [option for option in scenario.options.split(":") if option and not self.takes(option)]


def run_once(suite, scenario, library, legal):
    """One process."""
    environment = library.environment(scenario)
    command = [suite.program] + (["--legal"] if legal else []) + [scenario.name]
    process = subprocess.Popen(command, env=environment, close_fds=False,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    text = process.stderr.read().decode(errors="replace")
    status = process.wait()
    if status > 128 and scenario.name.endswith("/forked"):
        status = 128 - status  # the parent passes its child's signal on
    return Run(status, text)


def misses_allowed(runs, of, total):
    """The least k such that more than k misses in `total` runs are less likely than FALSE_ALARM: a binomial tail."""
    miss = (of - runs) / of
    tail = 1.0
    for k in range(total + 1):
        tail -= math.comb(total, k) * miss**k * (1 - miss)**(total - k)
        if tail < FALSE_ALARM:
            return k
    return total


def test(suite, scenario, library, options):
    """All runs of a scenario under a variant. Returns the reason of its failure, or None, and the misses of a rate."""
    variant = library.variant
    outcome = getattr(scenario, variant if variant in ("release", "debug") else "secure")
    if outcome != "anything" and library.lacks(scenario):
        return f"the library does not take {', '.join(library.lacks(scenario))}", 0
    runs, allowed, missed = options.runs, 0, 0
    if int(scenario.of) and outcome != "anything":
        runs *= RATE_RUNS
        allowed = misses_allowed(int(scenario.runs), int(scenario.of), runs)
    for _ in range(runs):
        run = run_once(suite, scenario, library, legal=False)
        if "anything" in outcome.split(" | "):
            reason = judge_unpromised(suite, scenario, run)
        else:
            reason = judge(suite, scenario, outcome, run, options.functions and variant != "release")
        if reason and int(scenario.of) and judge(suite, scenario, "harmless", run, False) is None:
            missed += 1
            if missed <= allowed:
                continue
            reason = f"missed {missed} times in {runs} runs, where {allowed} are allowed"
        if reason:
            return explain(reason, outcome, run), missed
    for _ in range(options.legal_runs):
        run = run_once(suite, scenario, library, legal=True)
        reason = judge_legal(run)
        if reason:
            return explain(reason, "harmless", run), missed
    return None, missed


def explain(reason, outcome, run):
    lines = run.text.splitlines()
    shown = lines[:12] + (["…"] if len(lines) > 12 else [])
    return "\n".join([f"{reason} (wanted: {outcome}; exit status {run.status})"] + ["      | " + line for line in shown])


def coverage(suite, source):
    """Whether violations and scenarios cover each other, and the documented lines are the library's."""
    text = open(source, encoding="utf-8").read()
    enumeration = text[text.index("enum Violation"):]
    enumeration = enumeration[:enumeration.index("\n}")]
    lines = enumeration[enumeration.index("var text:"):]
    library = dict(re.findall(r'case \.(\w+): "(.*?)"', lines[:lines.index("\n    }")]))
    cases = set(re.findall(r"^    case (\w+)$", enumeration, re.MULTILINE))
    documented = {v.name: v.line for v in suite.violations}
    found = set()
    for scenario in suite.scenarios:
        for outcome in (scenario.secure, scenario.debug, scenario.release):
            found |= violations_of(outcome)
    yield "every violation has a scenario", cases - found
    yield "every scenario's violations exist", found - cases
    yield "the documented first lines are the library's", set(documented.items()) ^ set(library.items())
    yield "every violation has a first line", cases ^ set(documented)
    names = [scenario.name for scenario in suite.scenarios]
    yield "no two scenarios have the same name", {name for name in names if names.count(name) > 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the compiled scenarios")
    parser.add_argument("--library", action="append", required=True, metavar="VARIANT=FILE")
    parser.add_argument("--violations", required=True, help="Violation.swift")
    parser.add_argument("--only", default="*", help="a shell pattern of scenario names")
    parser.add_argument("--runs", type=int, default=20, help="of each wrong program under each variant")
    parser.add_argument("--legal-runs", type=int, default=20, help="of each legal twin")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-functions", dest="functions", action="store_false",
                        help="do not look for function names in the reports")
    options = parser.parse_args()
    suite = Suite(options.program)
    passed = failed = 0

    for name, difference in coverage(suite, options.violations):
        if difference:
            failed += 1
            print(f"FAIL  {name}\n      | {sorted(difference)}")
        else:
            passed += 1
            print(f"ok    {name}")

    chosen = [s for s in suite.scenarios if fnmatch.fnmatch(s.name, options.only)]
    lock = threading.Lock()
    for variant, file in (pair.split("=", 1) for pair in options.library):
        library = Library(variant, file)
        remaining = list(reversed(chosen))
        outcomes = {}

        def work():
            while True:
                with lock:
                    if not remaining:
                        return
                    scenario = remaining.pop()
                result = test(suite, scenario, library, options)
                with lock:
                    outcomes[scenario.name] = result

        workers = [threading.Thread(target=work) for _ in range(options.jobs)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        failures = [s for s in chosen if outcomes[s.name][0]]
        for scenario in failures:
            print(f"FAIL  {scenario.name} ({variant}): {outcomes[scenario.name][0]}")
        for scenario in chosen:
            reason, missed = outcomes[scenario.name]
            if int(scenario.of) and variant != "release" and not reason:
                print(f"rate  {scenario.name} ({variant}): missed in {missed} of {options.runs * RATE_RUNS} runs, "
                      f"promised in at most {int(scenario.of) - int(scenario.runs)} of {scenario.of}")
        print(f"ok    {len(chosen) - len(failures)} of {len(chosen)} scenarios ({variant})", flush=True)
        passed += len(chosen) - len(failures)
        failed += len(failures)

    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
