#!/usr/bin/env bash
# The lock-free protocols, each as a small model: spin searches every interleaving. And, for each property, a broken twin of the
# model, in which spin must find the error: so no model is empty. What each model mirrors, says its banner.
#
#   Tests/Models/run.sh [--only PATTERN]
#
# A banner's line "twin: NAME" names a macro that breaks an assertion of the model, or leads to a deadlock, if it says so. A
# line of code marked "// unreached: WHY" is one that a correct model never comes to.
set -euo pipefail
source "$(dirname "$0")/../../scripts/lib/common.sh"
here=$(cd "$(dirname "$0")" && pwd)

usage() { echo "usage: ${0##*/} [--only PATTERN] [--quick]"; }
only='*'
while [ $# -gt 0 ]; do
  case $1 in
    --only) [ $# -ge 2 ] || usage_error "--only needs a shell pattern of model names"
      only=$2; shift 2 ;;
    --quick) shift ;;  # all of it is quick
    -h | --help) usage; exit 0 ;;
    *) usage_error "unknown option '$1'; accepted: --only PATTERN, --quick, -h" ;;
  esac
done

need_packages spin gcc tcc libc6-dev
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# search MODEL TWIN: makes the verifier and runs it, in a folder of its own; its output is in FOLDER/log.
# TWIN is - for the model itself.
search() {
  local model=$1 twin=$2 folder=$scratch/$1-$2
  mkdir -p "$folder"
  cd "$folder"
  # What is searched to the end is worth optimising; in a twin the error is found soon.
  local options=() compiler="gcc -O1"
  [ "$twin" = - ] || options=("-D$twin") compiler=tcc
  # A deadlock counts as an error too. -m: the longest path; a longer one is an error of its own (-b).
  {
    spin "${options[@]}" -a "$here/$model.pml" &&
      $compiler -w -DSAFETY -DVECTORSZ=2048 -DCOLLAPSE -DMEMLIM=1500 -o pan pan.c &&
      timeout 120 ./pan -m400000 -b
  } >log 2>&1 || true
}

# unreached MODEL LOG: the lines of the model that the search never came to, but for those that say why.
unreached() {
  # 	remote_free.pml:97, state 31, "..."; not a swap that never fails here, nor the end of what has none
  sed -nE "/\"(done = 0|-end-)\"/! s/^[[:space:]]+[^ ]*$1\.pml:([0-9]+), state.*/\1/p" "$2" | sort -un | while read -r line; do
    sed -n "${line}p" "$here/$1.pml" | grep -F '// unreached:' >/dev/null || echo "$line"
  done
}

# expected MODEL TWIN: the error that a twin's search must find.
expected() {
  if grep -E "^// twin: $2 .*deadlock" "$here/$1.pml" >/dev/null; then
    echo 'invalid end state'
  else
    echo 'assertion violated'
  fi
}

# judge MODEL TWIN: a line for one search.
judge() {
  local log=$scratch/$1-$2/log lines error states wanted
  states=$(sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' "$log" | head -n 1)
  if [ "$2" = - ]; then
    lines=$(unreached "$1" "$log" | paste -sd' ')
    if grep 'Search not completed\|Max search depth\|max search depth' "$log" >/dev/null ||
      ! grep -E 'errors: 0$' "$log" >/dev/null || [ -z "$states" ]; then
      echo "FAIL  $1: an error, or the search is not complete"
      tail -n 25 "$log" | sed 's/^/      | /'
    elif [ -n "$lines" ]; then
      echo "FAIL  $1: lines that are never reached: $lines"
    else
      echo "ok    $1: no error in all $states states"
    fi
  elif wanted=$(expected "$1" "$2") &&
    error=$(sed -nE 's/^pan:[0-9]+: ('"$wanted"'.*) \(at depth.*/\1/p' "$log") && [ -n "$error" ]; then
    echo "ok    $1 with $2: $error"
  else
    echo "FAIL  $1 with $2: no error found"
    tail -n 25 "$log" | sed 's/^/      | /'
  fi
}

# Two at a time: most of the time is the compiler's.
tasks=()
for file in "$here"/*.pml; do
  model=$(basename "$file" .pml)
  # shellcheck disable=SC2254
  case $model in word) continue ;; $only) ;; *) continue ;; esac
  twins=$(sed -nE 's/^\/\/ twin: ([A-Z_]+).*/\1/p' "$file")
  [ -n "$twins" ] || die "$model.pml has no broken twin"
  for twin in - $twins; do tasks+=("$model $twin"); done
done
[ ${#tasks[@]} -gt 0 ] || usage_error "no model matches '$only'"
export -f search
export here scratch
printf '%s\n' "${tasks[@]}" | xargs -P 2 -L 1 bash -c 'search "$0" "$1"'

passed=0
failed=0
for task in "${tasks[@]}"; do
  # shellcheck disable=SC2086
  line=$(judge $task)
  echo "$line"
  case $line in ok*) passed=$((passed + 1)) ;; *) failed=$((failed + 1)) ;; esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
