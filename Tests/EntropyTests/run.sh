#!/bin/bash
# The layout's entropy against the targets of each variant that places at random; and that the measurement would see it if
# they were missed.
#
#   Tests/EntropyTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"

places_at_random() {
  grep -E 'var randomizedFreeLists: Bool { true }' "$BULWARK_ROOT/Configs/${1^}.swift" >/dev/null
}

meets_targets() { "$BULWARK_ROOT/scripts/entropy" --variant "$1" --check ${quick:+--quick}; }

# plain_layout_is_seen VARIANT: a variant that does not place at random misses the targets, of every kind.
plain_layout_is_seen() {
  local output pattern
  "$BULWARK_ROOT/scripts/entropy" --variant "$1" --quick >/dev/null || return  # compiles the probes
  output=$("$(system_python)" -B "$BULWARK_ROOT/scripts/lib/entropy.py" "$BULWARK_ROOT/.build/entropy" "$(library "$1")" \
    randomizedFreeLists,quarantine,paddingCanaries check quick) && { echo "no target was missed"; return 1; }
  echo "$output"
  for pattern in '64 bytes, neighbours, new' '64 bytes, neighbours, worn' '64 bytes, best guess' '64 bytes, chance.* 64 live' \
    'segments' 'huge blocks, distance' 'libc, distance' 'canaries' 'fork, two children: allocations alike'; do
    grep -E "^MISSED  $pattern" <<<"$output" >/dev/null || { echo "not among the missed: $pattern"; return 1; }
  done
}

system_python() { if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi; }

for variant in "${variants[@]}"; do
  if places_at_random "$variant"; then
    check "targets are met ($variant)" meets_targets "$variant"
  elif [ "$variant" = release ]; then
    check "a plain layout is seen ($variant)" plain_layout_is_seen "$variant"
  fi
done
harness_finish
