# The harness of every shell-driven test: counting, the library under test, the closing line.
#
#   source "$(dirname "$0")/../Support/harness.sh"; harness_start "$@"
#   for variant in "${variants[@]}"; do check "name ($variant)" some_function "$variant"; done
#   harness_finish
#
# A test function succeeds by returning 0; what it printed is shown only when it fails.

source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"

dist=${BULWARK_DIST:-$BULWARK_ROOT/dist}
variants=("${BULWARK_VARIANTS[@]}")
only=
quick=${BULWARK_QUICK:-}
passed=0
failed=0
skipped=0
scratch=

# harness_start [--variant NAME] [--only PATTERN] [--quick]: reads the options that all test drivers share.
harness_start() {
  while [ $# -gt 0 ]; do
    case $1 in
      --variant) [ $# -ge 2 ] || usage_error "--variant needs a name: ${BULWARK_VARIANTS[*]}"
        check_variant "$2"; variants=("$2"); shift 2 ;;
      --only) [ $# -ge 2 ] || usage_error "--only needs a shell pattern of test names"
        only=$2; shift 2 ;;
      --quick) quick=1; shift ;;
      -h | --help) echo "usage: ${0##*/} [--variant NAME] [--only PATTERN] [--quick]"; exit 0 ;;
      *) usage_error "unknown option '$1'; accepted: --variant NAME, --only PATTERN, --quick, -h" ;;
    esac
  done
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  local variant
  for variant in "${variants[@]}"; do
    [ -f "$(library "$variant")" ] || die "$(library "$variant") is missing: run scripts/build first"
    # Not grep -q: it stops reading at the match, and with pipefail cat's SIGPIPE would count.
    preloaded "$variant" cat /proc/self/maps | grep -F "$(library "$variant")" >/dev/null ||
      die "the $variant library does not load under LD_PRELOAD"
  done
}

# library VARIANT: the path of a variant's library.
library() { printf '%s/lib/%s\n' "$dist" "$(library_name "$1")"; }

# preloaded VARIANT COMMAND...: runs COMMAND under a variant.
preloaded() {
  local variant=$1
  shift
  LD_PRELOAD=$(library "$variant") "$@"
}

# loaded_in PID VARIANT: true if the variant's library is mapped into the process.
loaded_in() { grep -qF "$(library "$2")" "/proc/$1/maps"; }

# check NAME FUNCTION [ARGUMENT...]: runs one test in a subshell, counts and prints its outcome.
check() {
  local name=$1 log=$scratch/log
  shift
  # shellcheck disable=SC2254
  if [ -n "$only" ]; then case $name in $only) ;; *) return 0 ;; esac; fi
  if ( "$@" ) >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf 'ok    %s\n' "$name"
  else
    printf 'FAIL  %s (exit status %d)\n' "$name" "$?"
    failed=$((failed + 1))
    tail -n 40 "$log" | sed 's/^/      | /'
  fi
}

# skip NAME REASON: what cannot run here. In CI a skipped test is a failure.
skip() {
  if [ -n "${CI:-}" ]; then
    failed=$((failed + 1))
    printf 'FAIL  %s (skipped in CI: %s)\n' "$1" "$2"
  else
    skipped=$((skipped + 1))
    printf 'skip  %s (%s)\n' "$1" "$2"
  fi
}

# harness_finish: the closing line; fails if a test failed or none ran.
harness_finish() {
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
}
