#!/usr/bin/env bash
# Compiles the scenarios: Sources/Misuse/build.sh OUTPUT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "usage: ${0##*/} OUTPUT" >&2; exit 2; }

# Optimised as programs are. The built-in meaning of malloc and memcpy would let the compiler remove the misuse; calls
# in tail position would remove functions from backtraces; -rdynamic lets reports name them. The table keeps the sources'
# order.
flags=(-O2 -g -fno-builtin -fno-optimize-sibling-calls -fno-toplevel-reorder -pthread
  -Wall -Wextra -Wno-missing-field-initializers)
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
for source in "$here"/*.c "$here"/*.cpp; do
  object=$objects/$(basename "$source").o
  case $source in
    *.c) cc -std=gnu17 "${flags[@]}" -c "$source" -o "$object" ;;
    # The optimiser may not know what operator new returns.
    *.cpp) c++ -std=gnu++20 "${flags[@]}" -fsized-deallocation -Wno-mismatched-new-delete -c "$source" -o "$object" ;;
  esac
done
c++ -pthread -rdynamic "$objects"/*.o -o "$1"
