#!/usr/bin/env bash
# Reports: frames through all kinds of callers, JSON, policies, and that a report comes out, whole and in bounded time,
# whatever state the process is in.
#
#   Tests/ReportTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc g++ libc6-dev python3 libunwind-dev
prepare_programs
# Functions' names come from dynamic symbols. No frame pointers: that is -O2's default, and said all the same.
program_flags+=(-rdynamic -fomit-frame-pointer)
export SWIFT_BACKTRACE=enable=no

# A real interpreter, rather than a wrapper script that may stand before it in PATH.
system_python() { if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi; }

# is_on VARIANT FLAG: true if Configs says so.
is_on() { grep -E "static var $2: Bool \{ true \}" "$BULWARK_ROOT/Configs/${1^}.swift" >/dev/null; }

# fails VARIANT STATUS PROGRAM [ARGUMENT...]: runs a program whose end by a signal is expected; stderr goes to $scratch/report.
# EXPECT_VARIANT would make no difference here. The time limit only turns a deadlock into a failure.
fails() {
  local variant=$1 expected=$2 status=0
  shift 2
  LD_PRELOAD=$(library "$variant") timeout -k 5 60 "$@" 2>"$scratch/report" || status=$?
  cat "$scratch/report"
  [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; return 1; }
}

# gone_on VARIANT: the exit status of a program that went on after a violation (option violation_status).
gone_on() { is_on "$1" heapChecks && echo 1 || echo 0; }

aborted=134
trapped=132

# begins_and_ends: the report in $scratch/report has its fixed first line, and its last.
begins_and_ends() {
  head -n 1 "$scratch/report" | grep -E '^bulwark: [a-z_ ]+ 0x[0-9a-f]+ \(.*\) by thread [0-9]+$' >/dev/null &&
    [ "$(tail -n 1 "$scratch/report")" = '*** End of Bulwark report ***' ]
}

# functions: the functions of the last "detected" section of the report, innermost first; ? where there is no name.
functions() {
  awk '/^[a-z]+ by thread .*:$/ { if (on = /^detected/) n = 0 } on && /^  #/ { names[n++] = match($0, /\[.*\+/) ? substr($0, RSTART + 1, RLENGTH - 2) : "?" }
    END { for (i = 0; i < n; i++) print names[i] }' "$scratch/report"
}

# calls NAME...: the innermost frames of the report are those functions.
calls() {
  local expected=$*
  local found
  found=$(functions | head -n $# | tr '\n' ' ')
  [ "$found" = "$expected " ] || { echo "frames: $found, expected: $expected"; return 1; }
}

frames_c() {
  compiled frames "$scratch/frames" || return
  fails "$1" $aborted "$scratch/frames" && begins_and_ends && calls link_c link_b link_a main
}

frames_in_thread() {
  compiled frames "$scratch/frames" || return
  fails "$1" $aborted "$scratch/frames" thread && begins_and_ends && calls link_c link_b link_a thread_body
}

frames_in_handler() {
  compiled frames "$scratch/frames" || return
  fails "$1" $aborted "$scratch/frames" handler && begins_and_ends && calls link_c link_b link_a handler || return
  # Through the kernel's frame, back into the program.
  functions | grep -x raiser
}

# The first instruction of a function faults: no call, so nothing may be taken for a return address.
frames_of_fault() {
  compiled fault "$scratch/fault" || return
  BULWARK_OPTIONS=sample_rate=1 fails "$1" $aborted "$scratch/fault" && begins_and_ends && calls use user || return
  grep '^deallocated by thread' "$scratch/report" && grep '^allocated by thread' "$scratch/report"
}

frames_cxx() {
  # The build of frames.cpp would take frames.c.
  c++ "${cxx_flags[@]}" "${program_flags[@]}" "$here/frames.cpp" -o "$scratch/frames_cxx" || return
  fails "$1" $aborted "$scratch/frames_cxx" && begins_and_ends &&
    calls _ZN5InnerD1Ev _ZN5Outer6methodEi _Z8catchingR5Outeri main ||
    calls _ZN5InnerD2Ev _ZN5Outer6methodEi _Z8catchingR5Outeri main
}

frames_swift() {
  [ -f "$scratch/frames_swift" ] ||
    swiftc -O -module-name frames "$here/frames.swift" -o "$scratch/frames_swift" -Xlinker -export-dynamic || return
  fails "$1" $aborted "$scratch/frames_swift" && begins_and_ends || return
  functions | tr '\n' ' ' | grep -E '^[^ ]*releaseTwice[^ ]* .*[^ ]*outermost[^ ]* main '
}

# What addr2line makes of module and offset is the line of the second free.
offsets_are_the_files() {
  cc "${c_flags[@]}" "${program_flags[@]}" -g "$here/frames.c" -o "$scratch/frames_g" || return
  fails "$1" $aborted "$scratch/frames_g" || return
  local offset line
  offset=$(sed "/^deallocated/,\$d" "$scratch/report" | sed -nE 's/^  #0 .*frames_g\+0x([0-9a-f]+)\).*/\1/p' | tail -n 1)
  line=$(addr2line -e "$scratch/frames_g" "$(printf '0x%x' $((0x$offset - 1)))")
  echo "0x$offset is $line"
  [ "${line##*:}" = "$(grep -n 'free(block);' "$here/chain.h" | sed -n '2s/:.*//p')" ]
}

# section NAME: the first function of that section of the report, and its thread.
section() {
  awk -v name="$1" '$0 ~ "^" name " by thread" { thread = $4; on = 1; next }
    on && /#0/ { match($0, /\[[^+]*/); print substr($0, RSTART + 1, RLENGTH - 1), thread; exit }' "$scratch/report"
}

# The same where a freed block is handed out soon.
history_without_wait() { BULWARK_OPTIONS=quarantine_bytes=0 history "$@"; }

# history VARIANT MODE SIZE LINE DETECTED FREED ALLOCATED: the report's first line, and who did what; - for nobody.
history() {
  local variant=$1 mode=$2 size=$3 line=$4 found section name freed allocated
  shift 4
  compiled history "$scratch/history" -O1 -pthread || return
  fails "$variant" $aborted "$scratch/history" "$mode" "$size" || return
  grep "^bulwark: $line" "$scratch/report" >/dev/null || { echo "expected: $line"; return 1; }
  for section in detected deallocated allocated; do
    name=$1
    shift
    found=$(section "$section")
    [ "${found% *}" = "${name#-}" ] || { echo "$section by ${found% *}, expected $name"; return 1; }
  done
  freed=$(section deallocated)
  allocated=$(section allocated)
  if [ "$mode" = elsewhere ]; then
    [ "${freed#* }" != "${allocated#* }" ] || { echo "one thread, expected two"; return 1; }
  fi
}

# checks VARIANT HOW SIZE OFFSET STATUS LINE BYTE: what is found, and which byte it was.
checks() {
  compiled checks "$scratch/checks" -O1 -pthread || return
  fails "$1" "$5" "$scratch/checks" "$2" "$3" "$4" >"$scratch/said" || { cat "$scratch/said"; return 1; }
  if [ -z "$6" ]; then
    ! grep -v '^bulwark: .*leak\|^  #\|^\*\*\*' "$scratch/report"
    return
  fi
  grep "^bulwark: $6 .* ($3-byte block)" "$scratch/report" >/dev/null || { cat "$scratch/report"; echo "expected: $6"; return 1; }
  grep -E "^byte $4 of the block is 0x[0-9a-f]{2}, expected 0x[0-9a-f]{2}:$" "$scratch/report" >/dev/null ||
    { cat "$scratch/report"; echo "expected: byte $4"; return 1; }
  [ "$(section allocated | cut -d' ' -f1)" = make ]
}
check_when_asked() {
  BULWARK_OPTIONS=on_violation=report checks "$1" ask "$2" "$2" 1 'buffer overflow of' &&
    [ "$(section detected | cut -d' ' -f1)" = ask ]
}
check_often() { BULWARK_OPTIONS=check_interval=100 checks "$1" often 40 40 $aborted 'buffer overflow of' && ! grep end "$scratch/said"; }
no_check_by_option() { BULWARK_OPTIONS=exit_check=0 checks "$1" exit 40 40 0 ''; }

by_frame_pointers() {
  cc "${c_flags[@]}" "${program_flags[@]}" -fno-omit-frame-pointer "$here/frames.c" -o "$scratch/frames_fp" || return
  BULWARK_OPTIONS=unwinder=frames fails "$1" $aborted "$scratch/frames_fp" && begins_and_ends &&
    calls link_c link_b link_a main && grep -F 'here, by frame pointers:' "$scratch/report"
}

no_frames() {
  compiled frames "$scratch/frames" || return
  BULWARK_OPTIONS=unwinder=off fails "$1" $aborted "$scratch/frames" || return
  [ "$(wc -l <"$scratch/report")" -eq 1 ]
}

depth_is_limited() {
  compiled frames "$scratch/frames" || return
  BULWARK_OPTIONS=backtrace_depth=2 fails "$1" $aborted "$scratch/frames" thread || return
  [ "$(functions | wc -l)" -eq 2 ]
}

loader_lock() {
  compiled loader_lock_library "$scratch/loader_lock_library.so" -shared -fPIC || return
  compiled loader_lock "$scratch/loader_lock" || return
  fails "$1" $aborted "$scratch/loader_lock" "$scratch/loader_lock_library.so" "$2" && begins_and_ends || return
  # Who heard of no thread could not open libunwind, and frame pointers say at least who called.
  if [ "$2" = early ]; then calls link_c link_b link_a main; else calls link_c || calls link_c link_b link_a main; fi
}

smashed() {
  compiled smashed "$scratch/smashed" || return
  fails "$1" $aborted "$scratch/smashed" "$2" && begins_and_ends && calls smash
}

goes_on() {
  compiled goes_on "$scratch/goes_on" || return
  BULWARK_OPTIONS=on_violation=report fails "$1" "$(gone_on "$1")" "$scratch/goes_on" || return
  [ "$(grep -c '^bulwark: ' "$scratch/report")" -eq 9 ]
}

# mismatches VARIANT OPTIONS STATUS REPORTS: mismatched.cpp, and how many reports there are.
mismatches() {
  compiled mismatched "$scratch/mismatched" || return
  BULWARK_OPTIONS=leak_report=0:sample_rate=0:$2 fails "$1" "$3" "$scratch/mismatched" >"$scratch/output"
  local status=$? count
  cat "$scratch/output"
  count=$(grep -c '^bulwark: mismatched deallocation of 0x' "$scratch/report")
  [ "$status" -eq 0 ] && [ "$count" -eq "$4" ] || { echo "$count reports, expected $4"; return 1; }
  [ "$3" -ne 0 ] || grep -Fx 'went on' "$scratch/output"
}
# not_of VARIANT TEXT REPORTS: a file of suppressions with this text leaves so many call sites.
not_of() {
  printf '# known\nmismatch:%s\n' "$2" >"$scratch/suppressions"
  mismatches "$1" "new_delete_mismatch=report:suppressions=$scratch/suppressions" 0 "$3"
}

# The status of choice; 0: the program's own; and without violations nothing changes.
status_of_choice() {
  compiled goes_on "$scratch/goes_on" || return
  BULWARK_OPTIONS=on_violation=report:violation_status=77 fails "$1" 77 "$scratch/goes_on" &&
    BULWARK_OPTIONS=on_violation=report:violation_status=0 fails "$1" 0 "$scratch/goes_on" &&
    BULWARK_OPTIONS=on_violation=report:violation_status=77 fails "$1" 0 true
}

traps() {
  compiled frames "$scratch/frames" || return
  BULWARK_OPTIONS=on_violation=trap fails "$1" $trapped "$scratch/frames"
  grep '^bulwark: double free of 0x' "$scratch/report"
}

abort_handler() {
  compiled abort_handler "$scratch/abort_handler" || return
  fails "$1" $aborted "$scratch/abort_handler" "$2" >"$scratch/output"
  local status=$?
  cat "$scratch/output"
  [ "$status" -eq 0 ] && grep 'the handler ran' "$scratch/output" || return
  [ "$(grep -c '^bulwark: ' "$scratch/report")" -eq "$3" ]
}

# whole_reports: the text in $scratch/report is one report after another, none within another.
whole_reports() {
  awk '/^bulwark: / { if (inside++) exit 1; count++ } /^\*\*\* End/ { if (!inside) exit 1; inside = 0 }
    END { if (inside || !count) exit 1; print count }' "$scratch/report"
}

two_at_once() {
  compiled threads "$scratch/threads" || return
  local round rounds=40 count
  [ -z "$quick" ] || rounds=10
  for ((round = 0; round < rounds; round++)); do
    fails "$1" $aborted "$scratch/threads" 2 2 >/dev/null || return
    whole_reports >/dev/null || { cat "$scratch/report"; return 1; }
    BULWARK_OPTIONS=on_violation=report fails "$1" "$(gone_on "$1")" "$scratch/threads" 4 4 >/dev/null || return
    count=$(whole_reports) && [ "$count" -eq 4 ] || { cat "$scratch/report"; return 1; }
  done
}

thousand_threads() {
  compiled threads "$scratch/threads" || return
  fails "$1" $aborted "$scratch/threads" 1000 1 && begins_and_ends && calls link_c link_b link_a
}

forked() {
  compiled forked "$scratch/forked" || return
  local rounds=200
  [ -z "$quick" ] || rounds=40
  BULWARK_OPTIONS=sample_rate=1 fails "$1" 0 "$scratch/forked" $rounds >"$scratch/output" || { tail "$scratch/output"; return 1; }
  [ "$(whole_reports)" -eq $rounds ]
}

# Whatever becomes of stderr, the process ends by SIGABRT, and who asked for JSON gets it.
stderr_closed() {
  compiled frames "$scratch/frames" || return
  local status=0
  rm -f "$scratch/closed.json"
  (
    export BULWARK_OPTIONS=json_file=$scratch/closed.json
    LD_PRELOAD=$(library "$1") exec "$scratch/frames" 2>&-
  ) || status=$?
  [ "$status" -eq $aborted ] || { echo "exit status $status"; return 1; }
  "$(system_python)" "$here/check_json.py" "$scratch/closed.json" count=1 violation=double-free
}

# A pipe that nobody reads: SIGPIPE must not end a program that is to go on.
stderr_unread() {
  compiled goes_on "$scratch/goes_on" || return
  rm -f "$scratch/unread" && mkfifo "$scratch/unread" || return
  (exec 7<>"$scratch/unread" 8>"$scratch/unread" 7>&-
    LD_PRELOAD=$(library "$1") BULWARK_OPTIONS=on_violation=report "$scratch/goes_on" 2>&8) >"$scratch/output"
  local status=$?
  cat "$scratch/output"
  [ "$status" -eq "$(gone_on "$1")" ] && grep 'went on' "$scratch/output"
}

json() {
  compiled frames "$scratch/frames" || return
  local output=$scratch/$1.json functions=link_c,link_b,link_a,main unwinder=libunwind
  rm -f "$output"
  is_on "$1" backtraces || unwinder=off functions=
  local round
  for round in 1 2; do
    BULWARK_OPTIONS=json_file=$output fails "$1" $aborted "$scratch/frames" || return
  done
  [ "$(stat -c %a "$output")" = 600 ] || { stat "$output"; return 1; }
  "$(system_python)" "$here/check_json.py" "$output" count=2 violation=double-free variant="$1" subject=block \
    unwinder=$unwinder program="$(readlink -f "$scratch/frames")" ${functions:+functions=$functions} || return
  BULWARK_OPTIONS=json_fd=9 fails "$1" $aborted "$scratch/frames" 9>"$output.fd" || return
  "$(system_python)" "$here/check_json.py" "$output.fd" count=1 unwinder=$unwinder
}

# The module's path is quoted so that JSON stays JSON.
json_of_odd_names() {
  compiled frames "$scratch/frames" || return
  local odd=$scratch/$'odd "na\\me\xc3\xa4'
  cp "$scratch/frames" "$odd" || return
  rm -f "$scratch/odd.json"
  BULWARK_OPTIONS=json_file=$scratch/odd.json fails "$1" $aborted "$odd" || return
  "$(system_python)" "$here/check_json.py" "$scratch/odd.json" count=1
}

report_file() {
  compiled frames "$scratch/frames" || return
  local file=$scratch/report_file
  rm -f "$file"
  BULWARK_OPTIONS=report_file=$file:report_fd=0 fails "$1" $aborted "$scratch/frames" || return
  [ ! -s "$scratch/report" ] || { echo "stderr got a report too"; return 1; }
  [ "$(stat -c %a "$file")" = 600 ] || { stat "$file"; return 1; }
  cp "$file" "$scratch/report"
  begins_and_ends && calls link_c link_b link_a main || return
  # Never through a symbolic link; and what is there already stays.
  ln -sf "$scratch/elsewhere" "$scratch/link"
  BULWARK_OPTIONS=report_file=$scratch/link fails "$1" $aborted "$scratch/frames" >/dev/null && begins_and_ends || return
  [ ! -e "$scratch/elsewhere" ] || { echo "the link was followed"; return 1; }
}

# system_calls: the lists in Reports.md, as C wants them. `all` gives both, else the first alone.
system_calls() {
  awk -v which="$1" '/^## / { on = ($0 == "## System calls") } on && /^    / { if (!n++ || which == "all") print }' \
    "$BULWARK_ROOT/Sources/Core/Core.docc/Reports.md" | tr -s ' ' '\n' | sed -n 's/^[a-z]/SYS_&/p' | paste -sd,
}

sandboxed() {
  local variant=$1 which=$2 mode=$3 list
  list=$(system_calls "$which")
  [[ $list == SYS_* ]] || { echo "no list in Reports.md"; return 1; }
  compiled sandboxed "$scratch/sandboxed_$which" "-DSYSTEM_CALLS=$list" || return
  # The filter works: it kills on what is in no list.
  fails "$variant" 159 "$scratch/sandboxed_$which" forbidden || return
  fails "$variant" $aborted "$scratch/sandboxed_$which" "$mode" && begins_and_ends && calls link_c link_b link_a main
}

sandboxed_frames() {
  compiled sandboxed "$scratch/sandboxed_first" "-DSYSTEM_CALLS=$(system_calls first)" || return
  BULWARK_OPTIONS=unwinder=frames fails "$1" $aborted "$scratch/sandboxed_first" plain && begins_and_ends && calls link_c
}

# Without libunwind: it cannot be found in an empty root.
jailed() {
  mkdir -p "$scratch/jail"
  compiled jailed "$scratch/jailed" || return
  # Debug has it open by then.
  fails "$1" $aborted "$scratch/jailed" "$scratch/jail" && begins_and_ends && calls link_c
}

one_line_only() {
  compiled frames "$scratch/frames" || return
  fails "$1" $aborted "$scratch/frames" || return
  [ "$(wc -l <"$scratch/report")" -eq 1 ] && grep '^bulwark: double free of 0x' "$scratch/report"
}

# What cannot be had at start: libunwind is no library of a process that makes no thread (secure).
starts_without_libunwind() {
  local maps
  maps=$(preloaded "$1" cat /proc/self/maps)
  grep -F "$(library "$1")" <<<"$maps" >/dev/null || { echo "not preloaded"; return 1; }
  BULWARK_OPTIONS=unwinder=load preloaded "$1" cat /proc/self/maps >"$scratch/maps"
  if is_on "$1" backtraces; then grep libunwind "$scratch/maps" || return; fi
  if is_on "$1" unwinderAtLoad; then grep libunwind <<<"$maps"; else ! grep libunwind <<<"$maps"; fi
}

for variant in "${variants[@]}"; do
  check "starts_without_libunwind ($variant)" starts_without_libunwind "$variant"
  if ! is_on "$variant" doubleFreeDetection; then continue; fi
  check "json ($variant)" json "$variant"
  check "stderr_closed ($variant)" stderr_closed "$variant"
  check "stderr_unread ($variant)" stderr_unread "$variant"
  check "goes_on ($variant)" goes_on "$variant"
  if is_on "$variant" familyChecks; then
    check "mismatches end the program ($variant)" mismatches "$variant" new_delete_mismatch=abort $aborted 1
    check "mismatches once a call site ($variant)" mismatches "$variant" new_delete_mismatch=report 0 3
    check "mismatches ignored ($variant)" mismatches "$variant" new_delete_mismatch=ignore 0 0
    check "mismatches suppressed by who ends ($variant)" not_of "$variant" end_by_delete 2
    check "mismatches suppressed by who made ($variant)" not_of "$variant" make_by_new 1
    check "mismatches suppressed by module ($variant)" not_of "$variant" /mismatched 0
    check "mismatches not suppressed ($variant)" not_of "$variant" elsewhere 3
  fi
  if is_on "$variant" heapChecks; then check "violation_status ($variant)" status_of_choice "$variant"; fi
  check "traps ($variant)" traps "$variant"
  if ! is_on "$variant" backtraces; then
    check "one_line_only ($variant)" one_line_only "$variant"
    continue
  fi
  for name in frames_c frames_in_thread frames_in_handler frames_cxx frames_swift offsets_are_the_files \
    by_frame_pointers no_frames depth_is_limited json_of_odd_names report_file two_at_once thousand_threads forked; do
    check "$name ($variant)" "$name" "$variant"
  done
  if is_on "$variant" blockStacks; then
    for size in 24 1000 20000 300000 10000000; do
      check "history: freed twice, $size ($variant)" history "$variant" twice $size 'double free of' again drop make
      check "history: freed elsewhere, $size ($variant)" history "$variant" elsewhere $size 'double free of' \
        again drop make_zeroed
      check "history: overflow, $size ($variant)" history "$variant" overflow $size 'buffer overflow of' \
        drop - make_aligned
      check "history: inside, $size ($variant)" history "$variant" inside $size 'invalid free of' again - make
    done
    for size in 24 1000 20000; do
      check "history: grown, $size ($variant)" history "$variant" grown $size 'double free of' again grow make
      check "history: stale, $size ($variant)" history_without_wait "$variant" stale $size 'write into freed memory' \
        make drop make
    done
  fi
  if is_on "$variant" heapChecks; then
    for size in 24 1000 20000 300000 10000000; do
      check "at exit: behind the block, $size ($variant)" checks "$variant" exit $size $size $aborted 'buffer overflow of'
      check "at exit: nothing, $size ($variant)" checks "$variant" exit $size - 0 ''
      check "at exit: an ended thread's block, $size ($variant)" checks "$variant" ended $size $size $aborted \
        'buffer overflow of'
      check "when asked, $size ($variant)" check_when_asked "$variant" $size
    done
    for size in 24 1016 20472; do
      check "at exit: a freed block, $size ($variant)" checks "$variant" stale $size 17 $aborted 'write into freed memory at'
    done
    check "every so often ($variant)" check_often "$variant"
    check "no check by option ($variant)" no_check_by_option "$variant"
  fi
  if is_on "$variant" sampledGuards; then check "frames_of_fault ($variant)" frames_of_fault "$variant"; fi
  for mode in early late; do check "loader_lock $mode ($variant)" loader_lock "$variant" "$mode"; done
  for pattern in 0 4141414141414141 7fff00000000 stack; do
    check "smashed $pattern ($variant)" smashed "$variant" "$pattern"
  done
  check "abort_handler plain ($variant)" abort_handler "$variant" plain 1
  check "abort_handler again ($variant)" abort_handler "$variant" again 2
  check "abort_handler thread ($variant)" abort_handler "$variant" thread 2
  check "sandboxed all ($variant)" sandboxed "$variant" all plain
  check "sandboxed threaded ($variant)" sandboxed "$variant" first threaded
  check "sandboxed_frames ($variant)" sandboxed_frames "$variant"
  if [ "$(id -u)" = 0 ]; then
    check "jailed ($variant)" jailed "$variant"
  else
    skip "jailed ($variant)" "chroot needs root"
  fi
done
harness_finish
