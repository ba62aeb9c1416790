# System calls of the library that fail, by the options of faultInjection. Sourced by run.sh.
#
# Each run asks for the failure of one call, or of some at random. A program goes on as if nothing had been, or gets NULL and
# says so in its own way; it never dies of a signal, nor hangs, nor is anything reported that it has not done.

injects_faults() { grep 'static var faultInjection: Bool { true }' "$BULWARK_ROOT/Configs/${1^}.swift" >/dev/null; }

# What a real program does without memory is its own affair; but it does not crash in our code, and nothing is reported.
# python3's fatal errors end by abort.
accepted_statuses='0|1|2|12|127|134'  # 127: the loader; 12: perl's errno

# Real programs have leaks.
more_options() { case $1 in real) echo :leak_report=0 ;; esac; }

# run_refused VARIANT OPTIONS COMMAND...: the exit status in $status, what was written in $scratch/out and $scratch/err.
run_refused() {
  local variant=$1 options=$2
  shift 2
  status=0
  # Not for timeout itself, whose calls would be refused, too.
  timeout -k 5 60 env BULWARK_OPTIONS="$options" EXPECT_VARIANT="$variant" LD_PRELOAD="$(library "$variant")" "$@" \
    >"$scratch/out" 2>"$scratch/err" || status=$?
}

# call_count VARIANT KIND COMMAND...: how many calls could fail in a run; the library says so at its end.
call_count() {
  local variant=$1 kind=$2
  shift 2
  run_refused "$variant" "fail_call=999999999$(more_options "$kind")" "$@"
  sed -nE 's/^bulwark: ([0-9]+) system calls could fail, 0 did$/\1/p' "$scratch/err"
}

# judge OPTIONS KIND: KIND is `checks` for a program that must succeed, or `real`.
judge() {
  local options=$1 kind=$2 reports
  reports=$(grep '^bulwark: ' "$scratch/err" | grep -vE 'system calls could fail|leaks are not searched for|is ignored: |options stay writable' || true)
  if [ -n "$reports" ]; then
    echo "$options: $reports"
    return 1
  fi
  case $kind in
    checks) [ "$status" = 0 ] && return ;;
    real) [[ $status =~ ^($accepted_statuses)$ ]] && return
      # perl, where it has no memory for its interpreter: after it said so Perl_my_exit reads through a null pointer.
      [ "$status" = 139 ] && grep -qx 'Out of memory!' "$scratch/err" && return ;;
  esac
  echo "$options: exit status $status"
  head -n 5 "$scratch/err"
  return 1
}

# each_in_turn VARIANT KIND MOST COMMAND...: each call fails in one run; if there are more than MOST, every so many-th.
each_in_turn() {
  local variant=$1 kind=$2 most=$3 count step first wrong=0 runs=0
  shift 3
  count=$(call_count "$variant" "$kind" "$@")
  [ "${count:-0}" -gt 20 ] || { echo "only '$count' calls: $(head -n 3 "$scratch/err")"; return 1; }
  step=$(((count + most - 1) / most))
  for ((first = 1; first <= count; first += step)); do
    run_refused "$variant" "fail_call=$first$(more_options "$kind")" "$@"
    judge "fail_call=$first" "$kind" || wrong=$((wrong + 1))
    runs=$((runs + 1))
  done
  printf '      %d of %d calls refused in turn, %d runs wrong\n' "$runs" "$count" "$wrong" >&3
  [ "$wrong" -eq 0 ]
}

# at_random VARIANT KIND ROUNDS COMMAND...
at_random() {
  local variant=$1 kind=$2 rounds=$3 round one_in wrong=0
  shift 3
  for ((round = 1; round <= rounds; round++)); do
    for one_in in 3 10 50; do
      run_refused "$variant" "fail_one_in=$one_in:fail_seed=$round$(more_options "$kind")" "$@"
      judge "fail_one_in=$one_in:fail_seed=$round" "$kind" || wrong=$((wrong + 1))
    done
  done
  [ "$wrong" -eq 0 ]
}

# A real interpreter, rather than a wrapper script that may stand before it in PATH.
system_python() { if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi; }

check_refusals() {
  local variant=$1 few=${quick:+15} rounds
  injects_faults "$variant" || return 0
  rounds=${quick:+3}
  rounds=${rounds:-20}
  local python=("$(system_python)" -c 'import json; print(len(json.dumps([str(i) * 5 for i in range(20000)])))')
  local perl=(perl -e 'my %h; push @{$h{$_ % 97}}, "x" x $_ for 1 .. 3000; print scalar keys %h')
  exec 3>&1
  check "each call refused in turn ($variant)" each_in_turn "$variant" checks "${few:-250}" "$scratch/refused"
  check "each call refused in turn, with threads ($variant)" each_in_turn "$variant" checks "${few:-150}" "$scratch/refused" 4
  check "calls refused at random ($variant)" at_random "$variant" checks "$rounds" "$scratch/refused"
  check "calls refused at random, with threads ($variant)" at_random "$variant" checks "$rounds" "$scratch/refused" 8
  check "python3, calls refused in turn ($variant)" each_in_turn "$variant" real "${few:-100}" "${python[@]}"
  check "python3, calls refused at random ($variant)" at_random "$variant" real "$rounds" "${python[@]}"
  check "perl, calls refused in turn ($variant)" each_in_turn "$variant" real "${few:-100}" "${perl[@]}"
  check "perl, calls refused at random ($variant)" at_random "$variant" real "$rounds" "${perl[@]}"
  exec 3>&-
}
