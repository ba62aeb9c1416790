#!/usr/bin/env bash
# The scripts themselves: what README promises of them, and one clear line for bad input.
set -euo pipefail
source "$(dirname "$0")/../Support/harness.sh"
harness_start "$@"
scripts=$BULWARK_ROOT/scripts

# refuses COMMAND...: exit status 2, nothing on stdout, one line on stderr that says what is accepted.
refuses() {
  local status=0
  "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  cat "$scratch/err"
  [ "$status" -eq 2 ] && [ ! -s "$scratch/out" ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] &&
    grep -qE 'accepted|needs|usage' "$scratch/err"
}

# runs VARIANT: the program runs under the variant, whose name it finds in its own process.
runs() {
  local found
  found=$("$scripts/run" --variant "$1" -- cat /proc/self/maps)
  grep -F "$(library_name "$1")" <<<"$found" >/dev/null
}

default_is_secure() { "$scripts/run" -- cat /proc/self/maps | grep -F libbulwark-secure.so >/dev/null; }

passes_status_on() {
  local status=0
  "$scripts/run" -- sh -c 'exit 7' || status=$?
  [ "$status" -eq 7 ]
}

# ends_all: a command that does not end, and a child of its with a process group of its own.
ends_all() {
  local status=0
  python3 "$scripts/lib/limited.py" 1 bash -c 'timeout 100 sleep 61.25 & wait' || status=$?
  [ "$status" -eq 124 ] || return
  status=0
  python3 "$scripts/lib/limited.py" 20 sh -c 'exit 7' || status=$?
  [ "$status" -eq 7 ] || return
  ! grep -lzx 61.25 /proc/[0-9]*/cmdline 2>/dev/null
}

explains() { "$1" -h | grep -E "^usage: scripts/${1##*/}" >/dev/null; }

installs_elsewhere() {
  local variant
  "$scripts/build" --prefix "$scratch/tree"
  for variant in "${BULWARK_VARIANTS[@]}"; do [ -s "$scratch/tree/lib/$(library_name "$variant")" ] || return 1; done
  printf '#include <bulwark.h>\nint main(void) { return bw_owns(bw_version()); }\n' >"$scratch/use.c"
  cc -I"$scratch/tree/include" "$scratch/use.c" -L"$scratch/tree/lib" -lbulwark -Wl,-rpath,"$scratch/tree/lib" \
    -o "$scratch/use"
  "$scratch/use"
}

# draws: tables, charts and verdicts from one run's JSON. The runner is built here if it was not.
draws() {
  local run='{"wallSeconds": 1, "userSeconds": 1, "systemSeconds": 0, "peakBytes": 1000000}'
  printf '{"format": 1, "isQuick": false, "means": [],
    "machine": {"processor": "P", "cores": 1, "kernel": "6", "load": 0, "date": "2026-01-01T00:00:00Z"},
    "allocators": [{"name": "mimalloc2", "library": "/a", "role": "peer"},
      {"name": "release", "library": "/b", "role": "own"}],
    "results": [%s, %s]}' "$(entry mimalloc2 "$run")" "$(entry release "$run")" >"$scratch/run.json"
  "$scripts/bench" render "$scratch/run.json" --svg "$scratch/run.svg" --markdown "$scratch/run.md" &&
    grep -F '</svg>' "$scratch/run.svg" >/dev/null && grep -F '| loop-1 ' "$scratch/run.md" >/dev/null &&
    "$scripts/bench" render "$scratch/run.json" --compare "$scratch/run.json" --fail-above 0 >"$scratch/changes" &&
    grep -F '~+0.0 %' "$scratch/changes" >/dev/null &&
    "$scripts/bench" budgets "$scratch/run.json" >"$scratch/budgets" &&
    grep -E 'malloc-bound.* met ' "$scratch/budgets" >/dev/null
}
# compares_suites: what real-suites calls different, unsteady, listed in vain and reported, by outcomes made up here.
compares_suites() {
  local home=$scratch/suite/outcomes
  rm -rf "$scratch/suite"
  mkdir -p "$home"/{none,none.2,secure,secure.2}
  echo tests >"$scratch/suite/files"
  printf '# the list\n' >"$scratch/list"
  # outcomes RUN FIRST SECOND
  outcomes() { printf '%s\tfirst\n%s\tsecond\n0\t(exit status)\n' "$2" "$3" >"$home/$1/tests.tests"; }
  # verdict STATUS TEXT: the comparison ends so and says so.
  verdict() {
    local status=0
    /usr/bin/python3 "$BULWARK_ROOT/Tests/RealSuites/support/compare.py" verdict "$home" secure "$scratch/list" >"$scratch/said" || status=$?
    [ "$status" = "$1" ] && grep -F -- "$2" "$scratch/said" >/dev/null || { echo "status $status, not $1 with '$2':"; cat "$scratch/said"; return 1; }
  }
  outcomes none ok ok && outcomes secure ok ok && verdict 0 '2 tests in 1 files: 0 different' || return
  outcomes secure ok err && verdict 1 'differs  tests: second: err, without the library ok' || return
  outcomes secure.2 ok ok && verdict 0 'unsteady tests: second' || return
  outcomes secure.2 ok err && echo 'suite | secure | tests | sec* | why' >"$scratch/list" && verdict 0 '1 findings listed' || return
  echo 'suite | all | tests | first | why' >>"$scratch/list" && verdict 1 'listed, but not different  tests: first (why)' || return
  printf '# none\n' >"$scratch/list" && outcomes secure ok ok && outcomes secure.2 ok ok || return
  echo 'bulwark: leak of 8 bytes' >"$home/secure/tests.reports" && verdict 0 '0 reports' || return
  echo 'bulwark: double free of 0x12 (8-byte block) by thread 3' >"$home/secure.2/tests.reports"
  verdict 1 'differs  tests: report: double free of 0x… (8-byte block): reported' || return
  rm "$home"/secure*/*.reports && echo more >>"$scratch/suite/files" && verdict 1 'did not run  more'
}
# entry ALLOCATOR RUN: one result in such a file.
entry() {
  printf '{"workload": "loop-1", "group": "malloc-bound", "metric": "wall", "operations": 1, "allocator": "%s",
    "runs": [%s]}' "$1" "$2"
}

check "run refuses an unknown variant" refuses "$scripts/run" --variant fast -- true
check "run refuses an unknown option" refuses "$scripts/run" --fast -- true
check "run refuses an unknown program" refuses "$scripts/run" -- no-such-program
check "run refuses an empty command" refuses "$scripts/run"
check "run refuses a variant without a name" refuses "$scripts/run" --variant
check "build refuses an unknown option" refuses "$scripts/build" --fast
check "build refuses a prefix without a folder" refuses "$scripts/build" --prefix
check "test refuses an unknown option" refuses "$scripts/test" --fast
check "test refuses an unknown suite" refuses "$scripts/test" --only everything
check "test refuses two lengths" refuses "$scripts/test" --quick --long
check "flags refuses an unknown flag" refuses "$scripts/flags" --only noFlag
check "flags refuses --alone without --check" refuses "$scripts/flags" --alone
check "mutate refuses an unknown option" refuses "$scripts/mutate" --fast
check "mutate refuses an unknown suite" refuses "$scripts/mutate" --suites everything
check "mutate refuses a shard that is not there" refuses "$scripts/mutate" --shard 5/4
check "models refuse an unknown option" refuses "$BULWARK_ROOT/Tests/Models/run.sh" --fast
check "options refuses an unknown option" refuses "$scripts/options" --fast
check "detection refuses an unknown option" refuses "$scripts/detection" --fast
check "Detection.md has the scenarios' table" "$scripts/detection" --check
check "README has the libraries' table of options" "$scripts/options" --check
check "bench makes tables, charts and verdicts from a run's JSON" draws
check "bench render refuses a file that is no report" refuses "$scripts/bench" render "$scripts/bench"
check "bench render refuses a folder that is not there" refuses "$scripts/bench" render "$scratch/run.json" --svg /none/x.svg
check "bench render refuses an unknown chart" refuses "$scripts/bench" render "$scratch/run.json" --svg "$scratch/x" --chart pie
check "bench budgets refuses to guess its file" refuses "$scripts/bench" budgets
check "attack refuses an unknown option" refuses "$scripts/attack" --fast
check "attack refuses an unknown strategy" refuses "$scripts/attack" --only no-such-strategy
check "attack refuses an unknown library" refuses "$scripts/attack" --library no-such-library
check "attack refuses too few rounds" refuses "$scripts/attack" --rounds 1
check "attack refuses a file that is no record" refuses "$scripts/attack" --read "$scripts/attack"
check "lint refuses an unknown option" refuses "$scripts/lint" --fast
check "soak refuses a time that is too short" refuses "$scripts/soak" --seconds 5
check "real-suites refuses an unknown suite" refuses "$scripts/real-suites" --only nonesuch
check "real-suites tells what differs" compares_suites
check "real-suites refuses no jobs" refuses "$scripts/real-suites" --jobs 0
check "fuzz refuses an unknown fuzzer" refuses "$scripts/fuzz" everything
check "fuzz refuses to guess which" refuses "$scripts/fuzz" --seconds 5
check "fuzz refuses a time that is none" refuses "$scripts/fuzz" all --seconds soon
check "fuzz refuses an unknown variant" refuses "$scripts/fuzz" all --variant fast
check "fuzz refuses to replay nothing" refuses "$scripts/fuzz" --replay misuse /none
check "fuzz refuses a profile without coverage" refuses "$scripts/fuzz" all --profile "$scratch/profile"
check "unsafe refuses an unknown option" refuses "$scripts/unsafe" --fast
check "unsafe refuses to check and record at once" refuses "$scripts/unsafe" --check --grow
check "coverage refuses an unknown option" refuses "$scripts/coverage" --fast
check "mutate refuses an unknown suite" refuses "$scripts/mutate" --suites models
check "mutate refuses an unknown option" refuses "$scripts/mutate" --fast
check "what hangs is ended, with all that it started" ends_all
for script in build run test lint options flags bench attack fuzz soak real-suites install package manual mutate unsafe coverage; do check "$script explains itself" explains "$scripts/$script"; done
for variant in "${variants[@]}"; do check "run --variant $variant" runs "$variant"; done
check "run takes the secure variant" default_is_secure
check "run passes the exit status on" passes_status_on
check "build --prefix leaves an install tree" installs_elsewhere
harness_finish
