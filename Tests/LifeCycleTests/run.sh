#!/bin/bash
# Each variant through the life of a process: start, threads, fork, dlopen, limits, exit; and what becomes of freed memory.
#
#   Tests/LifeCycleTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
source "$here/set_user_id.sh"
source "$here/exceptions.sh"
source "$here/sealed.sh"
source "$here/foreign.sh"
source "$here/overcommit.sh"
source "$here/cgroup.sh"
harness_start "$@"
prepare_programs

# note NAME REASON: what this kernel or machine does not offer. Unlike skip, it is no failure in CI.
note() {
  # shellcheck disable=SC2254
  case $1 in ${only:-*}) printf 'note  %s: not run, %s\n' "$1" "$2" ;; esac
}

constructors() {
  compiled constructors_library "$scratch/constructors_library.so" -shared -fPIC || return
  compiled constructors "$scratch/constructors" "$scratch/constructors_library.so" || return
  local output
  output=$(run_program "$1" constructors) || return
  echo "$output"
  [ "$output" = "destructors: all blocks held" ]
}

# The program needs the library, so its constructor runs before a preloaded library's.
early_work() {
  compiled early_library "$scratch/early_library.so" -shared -fPIC || return
  compiled early_work "$scratch/early_work" "$scratch/early_library.so" || return
  run_program "$1" early_work
}

# Without a preload: the program opens the library itself.
open_bulwark() {
  compiled open_bulwark "$scratch/open_bulwark" || return
  EXPECT_VARIANT=$1 timeout 30 "$scratch/open_bulwark" "$(library "$1")"
}

under_address_limit() {
  local variant=$1
  shift
  compiled address_limit "$scratch/address_limit" || return
  ulimit -v 262144 || return
  "$@"
}

python_works() {
  local answer
  answer=$(preloaded "$1" timeout 30 "$(system_python)" -c 'import json, re, hashlib
text = json.dumps({str(i): [i] * 5 for i in range(20000)})
print(sum(map(len, json.loads(text).values())))') || return
  [ "$answer" = 100000 ] || { echo "python3 says: $answer"; return 1; }
}

# A real interpreter, rather than a wrapper script that may stand before it in PATH.
system_python() { if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi; }

with_options() {
  local options=$1
  shift
  BULWARK_OPTIONS=$options "$@"
}

programs=(thread_keys thread_locals many_threads handed_on free_first fork_storm fork_nested producer_consumer signal_query
  exchange_stress fork_recovery fork_secrets huge_growth huge_shrink statistics_race refused_memory trim_parked)

# fill_memory VARIANT OPTIONS: 8 GiB of small blocks. They are touched, so the machine must have them.
fill_memory() { with_options "$2" run_program "$1" map_count; }

check_map_count() {
  local variant=$1 guards available
  [ -z "${quick:-}" ] || return 0
  grep 'static var guardPages: Bool { true }' "$BULWARK_ROOT/Configs/${variant^}.swift" >/dev/null || return 0
  available=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  for guards in 1 0; do
    if [ "$available" -lt 9 ]; then
      note "map_count, madvise_guards=$guards ($variant)" "it needs 9 GiB of memory, $available are there"
    else
      check "map_count, madvise_guards=$guards ($variant)" fill_memory "$variant" "madvise_guards=$guards"
    fi
  done
}

# steps VARIANT MODE MOST: every instruction of each work, or MOST of them; a fork takes its time.
steps() {
  local status=0
  run_program "$1" signal_step "$2" "$3" >"$scratch/steps" 2>&1 || status=$?
  tail -n 30 "$scratch/steps"
  # In the child that reports, and nowhere else.
  if [ "$2" != report ] && grep -E '^bulwark: [a-z ]+(of|at|to) 0x' "$scratch/steps"; then return 1; fi
  [ "$status" -eq 0 ]
}

check_steps() {
  local name="a signal at the instructions of malloc and free, $2 ($1)"
  # shellcheck disable=SC2254
  case $name in ${only:-*}) ;; *) return ;; esac
  compiled signal_step "$scratch/signal_step" -I"$BULWARK_ROOT/Sources/CBulwark"
  if [ "$(run_program "$1" signal_step can >/dev/null 2>&1; echo $?)" = 77 ]; then
    note "$name" "ptrace is not allowed here"
  else
    check "$name" steps "$@"
  fi
}

for variant in "${variants[@]}"; do
  # All of them takes a quarter of an hour: with scripts/test --long.
  check_steps "$variant" query "$([ -z "${BULWARK_LONG:-}" ] && echo 50 || echo 600)"
  for mode in fork exit report; do
    [ "$variant $mode" = "release report" ] || check_steps "$variant" $mode "$([ -z "${BULWARK_LONG:-}" ] && echo 2 || echo 30)"
  done
  check "constructors ($variant)" constructors "$variant"
  for name in "${programs[@]}"; do
    check "$name ($variant)" run_program "$variant" "$name"
  done
  for processors in 1 2; do
    check "perturbed, on $processors of the processors ($variant)" run_program "$variant" perturbed "$processors"
  done
  check "early_work ($variant)" early_work "$variant"
  for name in orphaned_blocks purge size_changes steady_owner; do
    # Debug's quarantine keeps 16 MiB otherwise.
    options=purge_delay=50
    [ "$variant" != debug ] || options+=:quarantine_bytes=0
    check "$name ($variant)" with_options $options run_program "$variant" "$name"
  done
  check "dlopen ($variant)" run_with_library "$variant" dlopen dlopen_library
  check "open_bulwark ($variant)" open_bulwark "$variant"
  check "address_limit ($variant)" under_address_limit "$variant" run_program "$variant" address_limit
  check "address_limit_python ($variant)" under_address_limit "$variant" python_works "$variant"
  check "settings_sealed ($variant)" settings_are_sealed "$variant"
  check_foreign "$variant"
  check_exceptions "$variant"
  check_set_user_id "$variant"
  check_overcommit "$variant"
  check_cgroup "$variant"
  check_map_count "$variant"
done
harness_finish
