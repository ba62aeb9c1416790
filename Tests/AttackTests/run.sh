#!/usr/bin/env bash
# The attack laboratory: secure keeps its bounds, the other variants are played against, and a passed bound is seen.
#
#   Tests/AttackTests/run.sh [--variant NAME] [--only PATTERN] [--quick]
set -euo pipefail
source "$(dirname "$0")/../Support/harness.sh"
harness_start "$@"
attack=$BULWARK_ROOT/scripts/attack

keeps_bounds() { "$attack" --library "$1" --rounds "$2"; }

# all_are_played VARIANT: few rounds of each strategy, which only have to come to an end that is counted.
all_are_played() {
  local output
  output=$("$attack" --library "$1" --rounds 10 2>&1) || { echo "$output"; return 1; }
  grep -E '^[0-9]+ passed, 0 failed$' <<<"$output"
}

# passed_bound_is_seen: glibc in secure's place lets a double free through, and is found out.
passed_bound_is_seen() {
  local output status=0
  output=$("$attack" --library secure=/lib/x86_64-linux-gnu/libc.so.6 --only double-free-cached --rounds 20 2>&1) ||
    status=$?
  echo "$output"
  [ "$status" -eq 1 ] && grep -E '^FAIL  double-free-cached, secure: ' <<<"$output" &&
    grep -xF '0 passed, 1 failed' <<<"$output"
}

# unloadable_library_is_seen: the loader only warns, and rounds against glibc would be counted.
unloadable_library_is_seen() {
  local output status=0
  printf 'not a library\n' >"$scratch/none.so"
  output=$("$attack" --library none="$scratch/none.so" --only double-free-cached --rounds 10 2>&1) || status=$?
  echo "$output"
  [ "$status" -eq 1 ] && grep -F 'double-free-cached, none: 10 rounds could not be played' <<<"$output"
}

# bounds_are_documented: the page has the table that the runner prints of itself.
bounds_are_documented() {
  local page=$BULWARK_ROOT/Sources/Core/Core.docc/Attacks.md
  diff <("$attack" --bounds) \
    <(sed -n '/^<!-- scripts\/attack --bounds -->$/,/^<!-- end of scripts\/attack --bounds -->$/p' "$page" | sed '1d;$d')
}

# reads_back: table and chart from the JSON of a run are the run's.
reads_back() {
  "$attack" --library secure --only double-free-cached --rounds 10 --json "$scratch/a.json" --chart "$scratch/a.svg" \
    >"$scratch/a.txt" &&
    "$attack" --read "$scratch/a.json" --chart "$scratch/b.svg" >"$scratch/b.txt" &&
    diff "$scratch/a.txt" "$scratch/b.txt" && diff "$scratch/a.svg" "$scratch/b.svg" &&
    grep -F '</svg>' "$scratch/b.svg" >/dev/null
}

for variant in "${variants[@]}"; do
  if [ "$variant" = secure ]; then
    check "secure keeps its bounds" keeps_bounds secure "$([ -n "$quick" ] && echo 50 || echo 200)"
  elif [ -z "$quick" ]; then
    check "all strategies are played ($variant)" all_are_played "$variant"
  fi
done
check "a passed bound is seen" passed_bound_is_seen
check "a library that cannot be loaded is seen" unloadable_library_is_seen
check "Attacks.md has the table of bounds" bounds_are_documented
check "tables and chart are read back" reads_back
harness_finish
