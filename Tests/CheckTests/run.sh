#!/usr/bin/env bash
# The command: `bulwark check` on programs with and without errors, on trees of processes, and on what cannot be checked; and
# `bulwark symbolize`.
#
#   Tests/CheckTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev binutils llvm python3 python3-jsonschema python3-venv libxml2-utils make util-linux
prepare_programs
program_flags+=(-rdynamic -g -O1 -fno-optimize-sibling-calls)
tool=$dist/bin/bulwark
[ -x "$tool" ] || die "$tool is missing: run scripts/build first"
# Debian's, with Debian's modules.
python=/usr/bin/python3
compiled errors "$scratch/errors" || die "errors.c does not compile"
errors=$scratch/errors

# line TEXT: the number of the first line of errors.c that holds it.
line() { grep -nF -- "$1" "$here/errors.c" | head -n 1 | cut -d: -f1; }
second_end=$(($(line '  end(block);') + 1))
inner_free=$(line 'free(block); }')
free_past=$(line '  free(block);')
lost=$(line 'malloc(1000)')

# checked STATUS ARGUMENT...: runs `bulwark check`; its stderr goes to $scratch/said.
checked() {
  local expected=$1 status=0
  shift
  timeout -k 5 120 "$tool" check --root "$here" "$@" >"$scratch/output" 2>"$scratch/said" || status=$?
  cat "$scratch/output" "$scratch/said"
  [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; return 1; }
}
says() { grep -F -- "$1" "$scratch/said" >/dev/null || { echo "not said: $1"; return 1; }; }
says_last() { [ "$(tail -n 1 "$scratch/said")" = "bulwark check: $1" ] || { echo "not said at the end: $1"; return 1; }; }

finds_double_free() {
  checked 1 --sarif "$scratch/sarif" --junit "$scratch/junit" --json "$scratch/json" "$@" -- "$errors" twice || return
  [ "$(cat "$scratch/output")" = twice ] && says 'bulwark: double free of 0x' && says_last '1 memory error found in 1 process' &&
    says "#0 end $here/errors.c:$inner_free" && says "inlined into free_twice $here/errors.c:$second_end" &&
    "$python" "$here/look.py" sarif "$scratch/sarif" "double-free@errors.c:$inner_free" &&
    "$python" "$here/look.py" junit "$scratch/junit" "double-free@errors.c:$inner_free" &&
    grep -F '"function":"free_twice"' "$scratch/json" >/dev/null
}
finds_overflow() {
  checked 1 --sarif "$scratch/sarif" -- "$errors" past && says 'bulwark: buffer overflow of 0x' &&
    "$python" "$here/look.py" sarif "$scratch/sarif" "overflow@errors.c:$free_past"
}
finds_leak() {
  checked 1 --sarif "$scratch/sarif" -- "$errors" lose && says 'bulwark: leak of 1000 bytes in 1 block' &&
    "$python" "$here/look.py" sarif "$scratch/sarif" "leak@errors.c:$lost"
}
leaves_leaks_out() { checked 0 --no-leaks -- "$errors" lose && says_last 'no memory errors found'; }
secure_too() { checked 1 --variant secure -- "$errors" twice && says 'bulwark: double free of 0x'; }
# Without a word of what it lacks.
secure_goes_on() {
  checked 1 --variant secure --go-on --no-leaks -- "$errors" both && says_last '2 memory errors found in 1 process' &&
    ! grep 'has no effect' "$scratch/said"
}
goes_on() { checked 1 --go-on -- "$errors" both && says_last '2 memory errors found in 1 process'; }
stops_at_the_first() { checked 1 -- "$errors" both && says_last '1 memory error found in 1 process'; }
chosen_status() { checked 99 --exit-status 99 -- "$errors" twice; }
live() { checked 1 --live -- "$errors" twice && says '*** End of Bulwark report ***'; }
passes_options() { checked 0 --options leak_report=0 -- "$errors" lose; }
keeps_the_environment() {
  BULWARK_OPTIONS=leak_report=0 checked 0 -- "$errors" lose
}

own_status() { checked 7 -- "$errors" status && says_last 'no memory errors found'; }
own_signal() { checked 143 -- "$errors" signal; }
found_in_path() { checked 0 -- true; }
through_a_script() {
  printf '#!/bin/sh\n%s twice\nexit 0\n' "$errors" >"$scratch/script"
  chmod +x "$scratch/script"
  checked 1 -- "$scratch/script" && says_last '1 memory error found in 1 process'
}
empty_outputs() {
  checked 0 --sarif "$scratch/sarif" --junit "$scratch/junit" -- true &&
    "$python" "$here/look.py" sarif "$scratch/sarif" && "$python" "$here/look.py" junit "$scratch/junit"
}

# both_logs: SARIF and JUnit of a run with errors and of one without, in $scratch/with.* and $scratch/without.*.
both_logs() {
  checked 1 --go-on --sarif "$scratch/with.sarif" --junit "$scratch/with.xml" -- "$errors" both &&
    checked 0 --sarif "$scratch/without.sarif" --junit "$scratch/without.xml" -- true
}
junit_by_its_schema() {
  both_logs && xmllint --noout --schema "$here/junit.xsd" "$scratch/with.xml" "$scratch/without.xml" || return
  # The schema is one that can say no.
  sed 's/ failures="[0-9]*"//' "$scratch/with.xml" >"$scratch/bad.xml"
  ! xmllint --noout --schema "$here/junit.xsd" "$scratch/bad.xml" 2>/dev/null
}
sarif_by_the_standard() { both_logs && "$scratch/venv/bin/python" "$here/standard.py" "$scratch/with.sarif" "$scratch/without.sarif"; }
# check_the_standard: needs a package that Debian has not: its types are made from the standard's schema.
check_the_standard() {
  local name="SARIF by the standard's schema"
  # shellcheck disable=SC2254
  if [ -n "$only" ]; then case $name in $only) ;; *) return 0 ;; esac; fi
  if "$python" -m venv "$scratch/venv" >"$scratch/pip" 2>&1 &&
    timeout 120 "$scratch/venv/bin/pip" install -q pydantic-sarif==0.1.1 >"$scratch/pip" 2>&1; then
    check "$name" sarif_by_the_standard
  else
    skip "$name" "pip cannot install pydantic-sarif: $(tail -n 1 "$scratch/pip")"
  fi
}

# Six processes at once, of two errors.
trees() {
  checked 1 --sarif "$scratch/sarif" --junit "$scratch/junit" -- "$errors" children || return
  says_last '2 memory errors found in 6 processes' && says '; 3 times, in 3 processes' &&
    "$python" "$here/look.py" sarif "$scratch/sarif" "double-free@errors.c:$inner_free" "overflow@errors.c:$free_past"
}
under_make() {
  printf 'all: a b c d e f g h\na b c d e f g h:\n\t-@%s %s\n' "$errors" 'twice >/dev/null' >"$scratch/Makefile"
  checked 1 --no-leaks -- make -s -j 4 -f "$scratch/Makefile" && says_last '1 memory error found in 8 processes'
}
# A tree of makes, 6 at a time in each: 36 processes that go wrong, many at once.
under_nested_makes() {
  cat >"$scratch/Makefile" <<MAKE
parts := 1 2 3 4 5 6
all: \$(parts:%=sub%)
sub%:
	@+\$(MAKE) -s -f $scratch/Makefile leaves PART=\$*
leaves: \$(parts:%=leaf%)
leaf%:
	-@$errors twice >/dev/null
MAKE
  checked 1 --no-leaks --json "$scratch/json" -- make -s -j 6 -f "$scratch/Makefile" || return
  says_last '1 memory error found in 36 processes' && says '; 36 times, in 36 processes' && every_line_whole 36
}
# every_line_whole COUNT: so many reports in $scratch/json, each an object with its frames, from as many processes.
every_line_whole() {
  "$python" - "$scratch/json" "$1" <<'PYTHON'
import json, sys
reports = [json.loads(line) for line in open(sys.argv[1])]
reports = [report for report in reports if "violation" in report]
assert len(reports) == int(sys.argv[2]), len(reports)
assert len({report["process"] for report in reports}) == int(sys.argv[2])
assert all(report["frames"] and report["message"].startswith("bulwark: ") for report in reports)
PYTHON
}
# As a test runner with workers does it: 12 processes, started anew or by fork, each of which goes wrong twice at about the same time.
under_python() {
  cat >"$scratch/workers.py" <<'PYTHON'
import ctypes, multiprocessing, sys

def work(start):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    start.wait()
    for _ in range(2):
        block = ctypes.c_void_p(libc.malloc(ctypes.c_size_t(40)))
        libc.free(block)
        libc.free(block)

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    start = context.Barrier(12)
    workers = [context.Process(target=work, args=(start,)) for _ in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0, worker.exitcode
PYTHON
  checked 1 --no-leaks --go-on --json "$scratch/json" -- "$python" "$scratch/workers.py" "$1" || return
  says_last '1 memory error found in 12 processes' && says '; 24 times, in 12 processes' &&
    [ "$(grep -cF '"violation":"double-free"' "$scratch/json")" -eq 24 ]
}
# In namespaces of their own, where both are process 1.
in_namespaces() {
  unshare --user --map-root-user --mount --pid --fork true 2>/dev/null || { echo 'no namespaces here'; return 1; }
  printf '#!/bin/sh\nfor i in 1 2; do unshare --user --map-root-user --mount --pid --fork "%s" twice & done\nwait\n' "$errors" >"$scratch/script"
  chmod +x "$scratch/script"
  checked 1 --no-leaks --json "$scratch/json" -- "$scratch/script" && says 'bulwark: double free of 0x' && says '; 2 times, in ' &&
    [ "$(grep -cF '"violation":"double-free"' "$scratch/json")" -eq 2 ]
}
# In a root of its own a process cannot reach the folder of reports: then they are on stderr, and its status is that of its end.
in_another_root() {
  mkdir -p "$scratch/root"
  cc -g -O0 -w -I"$here/../ReportTests" "$here/../ReportTests/jailed.c" -o "$scratch/jailed" || return
  checked 134 --no-leaks -- "$scratch/jailed" "$scratch/root" && says 'bulwark: double free of 0x' && says_last 'no memory errors found'
}
# A root that has no library either: the programs there run without.
in_a_bare_root() {
  mkdir -p "$scratch/bare"
  cc -static -g -O0 -w "$here/errors.c" -o "$scratch/bare/errors" || return
  checked 7 --no-leaks -- /usr/sbin/chroot "$scratch/bare" /errors status && says_last 'no memory errors found'
}
passes_signals_on() {
  "$tool" check -- "$errors" wait >"$scratch/output" 2>"$scratch/said" &
  local check=$! status=0 tries=0
  until grep -q wait "$scratch/output" || [ $((tries++)) -gt 200 ]; do sleep 0.05; done
  kill -TERM "$check"
  wait "$check" || status=$?
  [ "$status" -eq 143 ] || { echo "exit status $status, expected 143"; return 1; }
}

# refused STATUS TEXT ARGUMENT...: one line, which holds the text.
refused() {
  local expected=$1 text=$2 status=0
  shift 2
  "$tool" "$@" >"$scratch/output" 2>"$scratch/said" || status=$?
  cat "$scratch/said"
  [ "$status" -eq "$expected" ] && [ "$(wc -l <"$scratch/said")" -eq 1 ] && [ ! -s "$scratch/output" ] && says "$text"
}
static_program() {
  cc -static "$here/errors.c" -o "$scratch/static" && refused 1 'is linked statically' check -- "$scratch/static"
}

symbolizes_text() {
  LD_PRELOAD=$(library debug) BULWARK_OPTIONS=report_fd=0:report_file=$scratch/report-%p "$errors" twice >/dev/null
  "$tool" symbolize --symbolizer "$1" "$scratch"/report-* >"$scratch/said" || return
  rm -f "$scratch"/report-*
  cat "$scratch/said"
  grep -E "^  #0 0x[0-9a-f]+ in end $here/errors.c:$inner_free(:[0-9]+)? \(" "$scratch/said" >/dev/null &&
    says "     inlined into free_twice $here/errors.c:$second_end" && says '*** End of Bulwark report ***'
}
symbolizes_input() {
  printf 'nothing to see\n' | "$tool" symbolize >"$scratch/said" && [ "$(cat "$scratch/said")" = 'nothing to see' ]
}

check 'a double free' finds_double_free
check 'a double free, by addr2line' finds_double_free --symbolizer addr2line
check 'an overflow' finds_overflow
check 'a leak' finds_leak
check 'leaks left out' leaves_leaks_out
check 'under the secure library' secure_too
check 'going on' goes_on
check 'going on under the secure library' secure_goes_on
check 'stopping at the first' stops_at_the_first
check 'a status of choice' chosen_status
check 'reports at once' live
check 'options' passes_options
check 'options of the environment' keeps_the_environment
check "the program's own status" own_status
check "the program's own signal" own_signal
check 'a command in PATH' found_in_path
check 'a script' through_a_script
check 'outputs without errors' empty_outputs
check 'JUnit by its schema' junit_by_its_schema
check_the_standard
check 'several processes at once' trees
check 'make -j' under_make
check 'a tree of makes' under_nested_makes
check 'workers of python, by fork' under_python fork
check 'workers of python, started anew' under_python spawn
check 'processes in namespaces of their own' in_namespaces
check 'a process in a root of its own' in_another_root
check 'a program in a root without the library' in_a_bare_root
check 'a signal for the program' passes_signals_on
check 'no program' refused 2 'no program given' check
check 'an unknown program' refused 2 "no program '/no/such'" check -- /no/such
check 'an unknown option' refused 2 "'--fast'" check --fast -- true
check 'a bad status' refused 2 'accepted are 1 to 255' check --exit-status 256 -- true
check 'a bad variant' refused 2 'release' check --variant release -- true
check 'a library that is not there' refused 2 "cannot read the library '/no/such.so'" check --library /no/such.so -- true
check 'no such symbolizer' refused 2 "no symbolizer 'cat'" check --symbolizer cat -- true
check 'a file that cannot be written' refused 1 "cannot write '/no/such/file'" check --sarif /no/such/file -- true
check 'a static program' static_program
check 'symbolize by llvm-symbolizer' symbolizes_text llvm-symbolizer
check 'symbolize by addr2line' symbolizes_text addr2line
check 'symbolize standard input' symbolizes_input
check 'symbolize what is not there' refused 2 "cannot read '/no/such'" symbolize /no/such
harness_finish
