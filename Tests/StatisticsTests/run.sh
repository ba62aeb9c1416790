#!/usr/bin/env bash
# What is in use, by size and by call site: tables, and heap profiles that pprof reads.
#
#   Tests/StatisticsTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev python3 google-perftools
prepare_programs
program_flags+=(-rdynamic -g -O1)

# held VARIANT OPTIONS STATUS ARGUMENT...: runs the program; what it says goes to $scratch/said.
held() {
  local variant=$1 options=$2 expected=$3 status=0
  shift 3
  compiled held "$scratch/held" || return
  # Samples are not counted; and the library is for the program alone.
  timeout -k 5 60 env "BULWARK_OPTIONS=leak_report=0:sample_rate=0:$options" "LD_PRELOAD=$(library "$variant")" \
    "$scratch/held" "$@" >"$scratch/said" 2>&1 || status=$?
  cat "$scratch/said"
  [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; return 1; }
}

# table: the text in $scratch/said is one, and says of blocks of 112 and 300,000 bytes what it should.
table() {
  head -n 1 "$scratch/said" | grep -E '^bulwark: blocks of process [0-9]+; ' >/dev/null &&
    [ "$(tail -n 1 "$scratch/said")" = '*** End of Bulwark report ***' ] &&
    awk '$1 == "112" && $2 >= 1000 && $3 >= 100000 { small = 1 } $1 == "large" && $2 == 10 && $3 == 3000000 { large = 1 }
      $1 == "all" { all = $2 >= 1010 } END { exit !(small && large && all) }' "$scratch/said"
}
at_exit() { held "$1" statistics=1 0 && table; }
on_request() { held "$1" statistics=0 0 print && table; }
as_json() {
  rm -f "$scratch/json"
  held "$1" "statistics=1:report_fd=0:json_file=$scratch/json" 0 && [ ! -s "$scratch/said" ] &&
    /usr/bin/python3 "$here/look.py" "$scratch/json"
}
nothing_unless_asked() { held "$1" statistics=0 0 && [ ! -s "$scratch/said" ]; }

# profiled: pprof reads the profile, and names who holds what.
profiled() {
  google-pprof --text --inuse_space --nodecount=50 "$scratch/held" "$1" >"$scratch/pprof" 2>&1
  cat "$scratch/pprof"
  # In MB, with those that they called: 10 * 300,000 and 1,000 * 100 bytes.
  awk '$NF == "hold_large" && $4 == "2.9" { large = 1 } $NF == "hold_small" && $4 == "0.1" { small = 1 }
    $NF == "make" && $1 == "3.0" { make = 1 } END { exit !(large && small && make) }' "$scratch/pprof"
}
profile_at_exit() {
  rm -f "$scratch"/profile-*
  held "$1" "profile_file=$scratch/profile-%p" 0 && [ ! -s "$scratch/said" ] && profiled "$scratch"/profile-*
}
profile_on_request() { held "$1" leak_report=0 0 profile "$scratch/asked" && profiled "$scratch/asked"; }
profile_nowhere() { held "$1" "profile_file=/no/such/file" 0 && grep -Fx 'bulwark: profile_file: the file cannot be written' "$scratch/said"; }
no_profile() { held "$1" leak_report=0 9 profile /no/such/file; }

for variant in "${variants[@]}"; do
  [ "$variant" = debug ] || continue
  check "a table at exit ($variant)" at_exit "$variant"
  check "a table on request ($variant)" on_request "$variant"
  check "a table as JSON ($variant)" as_json "$variant"
  check "no table ($variant)" nothing_unless_asked "$variant"
  check "a profile at exit ($variant)" profile_at_exit "$variant"
  check "a profile on request ($variant)" profile_on_request "$variant"
  check "a profile that cannot be written, at exit ($variant)" profile_nowhere "$variant"
  check "a profile that cannot be written ($variant)" no_profile "$variant"
done
harness_finish
