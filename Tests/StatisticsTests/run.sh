#!/usr/bin/env bash
# What is in use, by size and by call site: tables, heap profiles that pprof reads, and metrics for Prometheus.
#
#   Tests/StatisticsTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev python3 python3-prometheus-client google-perftools
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

# mapped FILE: it says of held.c's blocks what it should, and the command makes a page of it that needs nothing else.
mapped() {
  /usr/bin/python3 "$here/look_map.py" "$1" && "$dist/bin/bulwark" map "$1" -o "$scratch/page.html" &&
    /usr/bin/python3 "$here/look_page.py" "$1" "$scratch/page.html"
}
map_at_exit() { rm -f "$scratch"/map-*; held "$1" "map_file=$scratch/map-%p" 0 && [ ! -s "$scratch/said" ] && mapped "$scratch"/map-*; }
map_on_request() { held "$1" leak_report=0 0 map "$scratch/asked" && mapped "$scratch/asked"; }
map_nowhere() { held "$1" "map_file=/no/such/file" 0 && grep -Fx 'bulwark: map_file: the file cannot be written' "$scratch/said"; }
no_map() { held "$1" leak_report=0 9 map /no/such/file; }
# bad_map TEXT: the command refuses what is no map, in one line.
bad_map() {
  printf '%s' "$1" >"$scratch/bad"
  ! "$dist/bin/bulwark" map "$scratch/bad" >"$scratch/said" 2>&1 && [ "$(cat "$scratch/said")" = \
    "bulwark: '$scratch/bad' is no map; accepted: what the debug library's option map_file writes" ]
}
bad_maps() {
  held debug "map_file=$scratch/good" 0 && "$dist/bin/bulwark" map "$scratch/good" >/dev/null || return
  bad_map '' && bad_map '{}' && bad_map "$(head -c 3000 "$scratch/good")" && bad_map "$(sed 's/"slice":0,/"slice":1,/' "$scratch/good")" &&
    bad_map "$(sed 's/"count":1,/"count":100000,/' "$scratch/good")" && bad_map "$(sed 's/"made":[0-9]*/"made":-1/' "$scratch/good")" || return
  ! "$dist/bin/bulwark" map "$scratch/none" 2>"$scratch/said" && grep -Fx "bulwark: cannot read '$scratch/none'" "$scratch/said" &&
    ! "$dist/bin/bulwark" map "$scratch/good" -o /no/such/page 2>"$scratch/said" && grep -F "bulwark: cannot write '/no/such/page'" "$scratch/said"
}

# signalled VARIANT TABLES OPTIONS ARGUMENT...: runs signalled.c, which must succeed, with the signal USR1; so many tables are
# said (-: it does not matter).
signalled() {
  local variant=$1 tables=$2 options=$3 status=0 count
  shift 3
  compiled signalled "$scratch/signalled" || return
  timeout -k 5 60 env "BULWARK_OPTIONS=leak_report=0:sample_rate=0:statistics_signal=usr1:$options" \
    "LD_PRELOAD=$(library "$variant")" "$scratch/signalled" "$@" >"$scratch/said" 2>&1 || status=$?
  cut -c1-200 "$scratch/said" | head -n 60
  [ "$status" -eq 0 ] || { echo "exit status $status"; return 1; }
  [ "$tables" != - ] || return 0
  count=$(grep -cE '^bulwark: blocks of process [0-9]+; ' "$scratch/said")
  [ "$count" -eq "$tables" ] && [ "$count" -eq "$(grep -cFx '*** End of Bulwark report ***' "$scratch/said")" ] ||
    { echo "$count tables, expected $tables"; return 1; }
}
signalled_idle() {
  signalled "$1" 1 report_fd=2 idle && grep -Fx lives "$scratch/said" && awk '$1 == "112" && $2 >= 1000 { small = 1 } END { exit !small }' "$scratch/said"
}
signalled_read() { signalled "$1" 1 report_fd=2 restarts && grep -Fx read "$scratch/said"; }
signalled_handler() { signalled "$1" 5 report_fd=2 own_handler && grep -Fx handled "$scratch/said"; }
signalled_child() { signalled "$1" 1 report_fd=2 forked; }
# A signal that comes while the same is pending is one: up to 60 tables, and each whole.
signalled_storm() {
  local count
  signalled "$1" - "report_file=$scratch/tables:report_fd=0" storm && grep -Fx survived "$scratch/said" || return
  count=$(grep -cE '^bulwark: blocks of process [0-9]+; ' "$scratch/tables")
  echo "$count tables"
  [ "$count" -ge 3 ] && [ "$count" -le 60 ] && [ "$count" -eq "$(grep -cFx '*** End of Bulwark report ***' "$scratch/tables")" ]
}
signalled_profile() {
  rm -f "$scratch/asked"
  signalled "$1" 1 "profile_file=$scratch/asked" allocates "$scratch/asked" && grep -E '^heap profile: ' "$scratch/asked"
}
signalled_map() {
  rm -f "$scratch/asked"
  signalled "$1" 1 "map_file=$scratch/asked" allocates "$scratch/asked" && /usr/bin/python3 -m json.tool "$scratch/asked" >/dev/null
}
bad_signal() {
  held "$1" statistics_signal=kill 0 &&
    grep -Fx "bulwark: bad value in option 'statistics_signal=kill'; accepted: none|hup|quit|usr1|usr2|urg|winch|io|pwr" "$scratch/said"
}
# Without the option the signal does what it always did.
no_signal() {
  compiled signalled "$scratch/signalled" || return
  LD_PRELOAD=$(library "$1") timeout -k 5 60 "$scratch/signalled" idle >"$scratch/said" 2>&1
  [ $? -eq 138 ]
}

# metered VARIANT OPTIONS WHEN: runs metered.c, which must succeed; the file is there afterwards, whole, for all to read, and nothing else.
metered() {
  local status=0
  compiled metered "$scratch/metered" || return
  rm -rf "$scratch/metrics"
  mkdir "$scratch/metrics"
  (umask 022 && exec timeout -k 5 60 env "BULWARK_OPTIONS=metrics_file=$scratch/metrics/bulwark.prom:$2" "LD_PRELOAD=$(library "$1")" \
    "$scratch/metered" "$3" "$scratch/metrics/bulwark.prom") || status=$?
  [ "$status" -eq 0 ] || { echo "exit status $status"; return 1; }
  [ "$(ls "$scratch/metrics")" = bulwark.prom ] && [ "$(stat -c %a "$scratch/metrics/bulwark.prom")" = 644 ] &&
    /usr/bin/python3 "$here/look_metrics.py" "$scratch/metrics/bulwark.prom" "$1"
}
# Where no file can be made the program notices nothing.
metrics_nowhere() { [ -z "$(BULWARK_OPTIONS=metrics_file=/no/such/file:metrics_interval=1 preloaded "$1" /bin/true 2>&1)" ]; }
# Each process's own file, by %p. (dash ends by _exit, after which nobody is asked.)
metrics_by_process() {
  rm -rf "$scratch/metrics"
  mkdir "$scratch/metrics"
  BULWARK_OPTIONS=metrics_file=$scratch/metrics/%p.prom preloaded "$1" /bin/sh -c '/bin/true & /bin/true & wait' || return
  ls "$scratch/metrics"
  [ "$(ls "$scratch/metrics" | grep -cE '^[0-9]+\.prom$')" -eq 2 ]
}

for variant in "${variants[@]}"; do
  check "metrics at exit ($variant)" metered "$variant" metrics_interval=0 end
  check "metrics at a signal ($variant)" metered "$variant" metrics_interval=0:statistics_signal=usr1:report_fd=0 asked
  check "metrics at intervals ($variant)" metered "$variant" metrics_interval=1 intervals
  check "metrics at exit alone ($variant)" metered "$variant" metrics_interval=0 never
  check "metrics that cannot be written ($variant)" metrics_nowhere "$variant"
  check "metrics of several processes ($variant)" metrics_by_process "$variant"
  [ "$variant" = debug ] || continue
  check "a table at exit ($variant)" at_exit "$variant"
  check "a table on request ($variant)" on_request "$variant"
  check "a table as JSON ($variant)" as_json "$variant"
  check "no table ($variant)" nothing_unless_asked "$variant"
  check "a profile at exit ($variant)" profile_at_exit "$variant"
  check "a profile on request ($variant)" profile_on_request "$variant"
  check "a profile that cannot be written, at exit ($variant)" profile_nowhere "$variant"
  check "a profile that cannot be written ($variant)" no_profile "$variant"
  check "a map at exit ($variant)" map_at_exit "$variant"
  check "a map on request ($variant)" map_on_request "$variant"
  check "a map that cannot be written, at exit ($variant)" map_nowhere "$variant"
  check "a map that cannot be written ($variant)" no_map "$variant"
  check "what is no map" bad_maps
  check "a signal, while nothing is allocated ($variant)" signalled_idle "$variant"
  check "a signal, while the program reads ($variant)" signalled_read "$variant"
  check "a signal that the program handles ($variant)" signalled_handler "$variant"
  check "a signal in the child of a fork ($variant)" signalled_child "$variant"
  check "signals in the middle of malloc ($variant)" signalled_storm "$variant"
  check "a profile at a signal ($variant)" signalled_profile "$variant"
  check "a map at a signal ($variant)" signalled_map "$variant"
  check "a signal that cannot be ($variant)" bad_signal "$variant"
  check "a signal that nobody watches ($variant)" no_signal "$variant"
done
harness_finish
