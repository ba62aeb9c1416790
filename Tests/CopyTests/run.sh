#!/bin/bash
# memcpy and its kin in the variants that check them (flag guardedCopies): what is wrong is reported, what is right stays.
#
#   Tests/CopyTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
prepare_programs
program_flags+=(-U_FORTIFY_SOURCE -Wno-stringop-overflow -Wno-stringop-truncation -Wno-stringop-overread
  -Wno-array-bounds -Wno-nonnull)

# guards_copies VARIANT: true if its list of flags says so.
guards_copies() { grep -E 'var guardedCopies: Bool { true }' "$BULWARK_ROOT/Configs/${1^}.swift" >/dev/null; }

# run_copies VARIANT NAME: runs a program, which is told below which length the variant does not look. Without samples, at whose freed
# blocks the access itself is reported.
run_copies() {
  local shortest
  shortest=$(sed -nE 's/.*static var shortestGuardedCopy: Int \{ ([0-9]+) \}.*/\1/p' "$BULWARK_ROOT/Configs/${1^}.swift")
  BULWARK_OPTIONS=sample_rate=0 SHORTEST_GUARDED_COPY=${shortest:-0} run_program "$1" "$2"
}

early() {
  compiled early_library "$scratch/early_library.so" -shared -fPIC || return
  compiled early "$scratch/early" "$scratch/early_library.so" || return
  run_program "$1" early
}

# What the library calls for every copy cannot be changed by who can write anywhere.
functions_are_read_only() {
  local offset maps
  offset=$(nm "$(library "$1")" | awk '$3 == "bw_copies" { print $1 }')
  [ -n "$offset" ] || { echo "no symbol bw_copies"; return 1; }
  maps=$(preloaded "$1" cat /proc/self/maps | grep -F "$(library "$1")") || return
  echo "bw_copies at 0x$offset in:"
  echo "$maps"
  awk -v offset="$((16#$offset))" '
    function value(hexadecimal,   i, n) {
      n = 0
      for (i = 1; i <= length(hexadecimal); i++) n = n * 16 + index("0123456789abcdef", substr(hexadecimal, i, 1)) - 1
      return n
    }
    { split($1, ends, "-"); if (NR == 1) base = value(ends[1])
      if (base + offset >= value(ends[1]) && base + offset < value(ends[2])) { found = 1; right = $2 == "r--p" } }
    END { exit !(found && right) }' <<<"$maps"
}

# A variant without the flag leaves libc's functions alone.
copies_are_libcs() { ! nm -D --defined-only "$(library "$1")" | grep -E ' (mem(cpy|move|set)|str(cpy|cat))$'; }

for variant in "${variants[@]}"; do
  if guards_copies "$variant"; then
    for name in legal neighbours overflow freed fortified; do check "$name ($variant)" run_copies "$variant" "$name"; done
    check "early ($variant)" early "$variant"
    check "functions are read-only ($variant)" functions_are_read_only "$variant"
  else
    check "copies are libc's ($variant)" copies_are_libcs "$variant"
  fi
done
harness_finish
