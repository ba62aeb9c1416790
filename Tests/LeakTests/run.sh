#!/usr/bin/env bash
# The search for leaks at exit (flag leakReport): what is lost is reported with the place of its allocation, what is in use is not.
#
#   Tests/LeakTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev python3
prepare_programs
program_flags+=(-rdynamic -O1 -fno-builtin)

# is_on VARIANT FLAG: true if Configs says so.
is_on() { grep -E "static var $2: Bool \{ true \}" "$BULWARK_ROOT/Configs/${1^}.swift" >/dev/null; }

# leaks VARIANT WHAT: runs the program; its stderr goes to $scratch/report.
leaks() {
  local status=0
  compiled leaks "$scratch/leaks" -pthread || return
  # Sampled blocks are never lost.
  local samples=
  if is_on "$1" sampledGuards; then samples=sample_rate=0:; fi
  BULWARK_OPTIONS=$samples${BULWARK_OPTIONS:-} LD_PRELOAD=$(library "$1") timeout -k 5 60 "$scratch/leaks" "$2" \
    >"$scratch/output" 2>"$scratch/report" || status=$?
  cat "$scratch/report"
  [ "$(cat "$scratch/output")" = "$2" ] || { echo "output lost"; return 1; }
  [ "$status" -eq "${expected_status:-0}" ] || { echo "exit status $status, expected ${expected_status:-0}"; return 1; }
}

# finds VARIANT WHAT FIRST-LINE TOTAL FUNCTION...: it reports these, and the frames of the first group.
finds() {
  local variant=$1 what=$2 line=$3 total=$4 name place=0
  shift 4
  leaks "$variant" "$what" || return
  [ "$(head -n 1 "$scratch/report")" = "bulwark: $line, allocated here:" ] || { echo "expected: $line"; return 1; }
  grep -F "bulwark: leaked: $total;" "$scratch/report" >/dev/null || { echo "expected: $total"; return 1; }
  for name in "$@"; do
    sed -n "$((place + 2))p" "$scratch/report" | grep -F "#$place " | grep -F "[$name+" >/dev/null ||
      { echo "frame $place is not $name"; return 1; }
    place=$((place + 1))
  done
  [ "$(tail -n 1 "$scratch/report")" = '*** End of Bulwark report ***' ]
}

is_silent() { leaks "$1" "$2" && [ ! -s "$scratch/report" ]; }

ends_with_status() { BULWARK_OPTIONS=leak_status=23 expected_status=23 leaks "$1" small; }
keeps_status_without_leaks() { BULWARK_OPTIONS=leak_status=23 leaks "$1" kept; }
can_be_off() { BULWARK_OPTIONS=leak_report=0 is_silent "$1" small; }
without_stacks_is_silent() { BULWARK_OPTIONS=block_stacks=0 is_silent "$1" small; }
goes_to_a_file() {
  rm -f "$scratch/file"
  BULWARK_OPTIONS=report_fd=0:report_file=$scratch/file is_silent "$1" small && grep -F 'bulwark: leaked: 300' "$scratch/file"
}

# On request: 300 bytes first, then 500.
asked() {
  BULWARK_OPTIONS=leak_report=0 finds "$1" asked 'leak of 300 bytes in 3 blocks' '300 bytes in 3 blocks, of them indirectly: 0 bytes in 0 blocks' make lose ask main &&
    grep -F 'bulwark: leaked: 500 bytes in 5 blocks,' "$scratch/report" >/dev/null
}
# Each place as an object, with the frames of the allocation; then the sums.
as_json() {
  rm -f "$scratch"/json-*
  BULWARK_OPTIONS=report_fd=0:json_file=$scratch/json-%p is_silent "$1" list || return
  cat "$scratch"/json-*
  /usr/bin/python3 - "$scratch"/json-* <<'PYTHON'
import json, sys
leak, indirect, totals = [json.loads(line) for line in open(sys.argv[1])]
assert (leak["violation"], leak["byte_count"], leak["block_count"]) == ("leak", 64, 1), leak
assert (indirect["violation"], indirect["byte_count"], indirect["block_count"]) == ("indirect-leak", 256, 4), indirect
assert leak["message"] == "bulwark: leak of 64 bytes in 1 block", leak
assert [frame["symbol"] for frame in leak["allocated"]["frames"][:3]] == ["make", "lose_list", "main"], leak
assert totals["summary"] == "leaks" and totals["leaked"] == {"byte_count": 320, "block_count": 5}, totals
assert totals["indirect"] == {"byte_count": 256, "block_count": 4}, totals
PYTHON
}

suppressed() {
  printf '# known\n\nleak:%s\n' "$2" >"$scratch/suppressions"
  BULWARK_OPTIONS=leak_status=23:suppressions=$scratch/suppressions is_silent "$1" small
}
not_suppressed() {
  printf 'leak:elsewhere\nleak:\nwrong\n' >"$scratch/suppressions"
  BULWARK_OPTIONS=leak_status=23:suppressions=$scratch/suppressions expected_status=23 leaks "$1" small || return
  grep -Fx 'bulwark: suppressions: lines that are not leak:TEXT, mismatch:TEXT, # or empty are ignored' "$scratch/report"
}
no_suppressions() {
  BULWARK_OPTIONS=suppressions=$scratch/missing leaks "$1" small || return
  grep -Fx 'bulwark: suppressions: the file cannot be read' "$scratch/report" &&
    grep -F 'bulwark: leaked: 300' "$scratch/report"
}

for variant in "${variants[@]}"; do
  if ! is_on "$variant" leakReport; then
    check "nothing is searched for ($variant)" is_silent "$variant" small
    continue
  fi
  check "small ($variant)" finds "$variant" small 'leak of 300 bytes in 3 blocks' \
    '300 bytes in 3 blocks, of them indirectly: 0 bytes in 0 blocks' make lose main
  check "large ($variant)" finds "$variant" large 'leak of 600000 bytes in 2 blocks' \
    '600000 bytes in 2 blocks, of them indirectly: 0 bytes in 0 blocks' make lose main
  check "huge ($variant)" finds "$variant" huge 'leak of 18874368 bytes in 2 blocks' \
    '18874368 bytes in 2 blocks, of them indirectly: 0 bytes in 0 blocks' make lose main
  check "list ($variant)" finds "$variant" list 'leak of 64 bytes in 1 block' \
    '320 bytes in 5 blocks, of them indirectly: 256 bytes in 4 blocks' make lose_list main
  check "ring ($variant)" finds "$variant" ring 'indirect leak of 320 bytes in 5 blocks' \
    '320 bytes in 5 blocks, of them indirectly: 320 bytes in 5 blocks' make lose_list main
  check "grown ($variant)" finds "$variant" grown 'leak of 5000 bytes in 1 block' \
    '5000 bytes in 1 block, of them indirectly: 0 bytes in 0 blocks' main
  for what in none kept inside large_kept local mapped running_thread; do
    check "not lost: $what ($variant)" is_silent "$variant" "$what"
  done
  check "exit status by option ($variant)" ends_with_status "$variant"
  check "exit status without leaks ($variant)" keeps_status_without_leaks "$variant"
  check "off by option ($variant)" can_be_off "$variant"
  check "no stacks, no search ($variant)" without_stacks_is_silent "$variant"
  check "suppressed by function ($variant)" suppressed "$variant" lose
  check "suppressed by module ($variant)" suppressed "$variant" /leaks
  check "not suppressed ($variant)" not_suppressed "$variant"
  check "no file of suppressions ($variant)" no_suppressions "$variant"
  check "to a file ($variant)" goes_to_a_file "$variant"
  check "on request ($variant)" asked "$variant"
  check "as JSON ($variant)" as_json "$variant"
done
harness_finish
