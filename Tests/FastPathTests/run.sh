#!/usr/bin/env bash
# The machine code: malloc's and free's fast paths, that they do not grow and what they may never contain; and that
# what a variant leaves out is gone.
set -euo pipefail
source "$(dirname "$0")/../Support/harness.sh"
harness_start "$@"
need_packages valgrind gcc libc6-dev binutils

golden=$(dirname "$0")/golden.txt
cc -O2 -fno-builtin -I"$BULWARK_ROOT/Sources/Bench" -o "$scratch/pair64" "$BULWARK_ROOT/Sources/Bench/pair64.c"

# instructions VARIANT MODE COUNT: instructions of a whole run of pair64.
instructions() {
  BULWARK_OPTIONS=block_stacks=0 preloaded "$1" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$scratch/pair64" "$2" "$3" 2>&1 |
    awk '/Collected/ { print $4 }'
}

# The difference of two lengths cancels the process's start, the empty loop the program's own work.
pair_is_within_golden() {
  local variant=$1 few=20000 many=120000 pair empty expected count
  pair=$(($(instructions "$variant" pair $many) - $(instructions "$variant" pair $few)))
  empty=$(($(instructions "$variant" empty $many) - $(instructions "$variant" empty $few)))
  count=$(((pair - empty + (many - few) / 2) / (many - few)))
  expected=$(awk -v variant="$variant" '$1 == variant { print $2 }' "$golden")
  echo "$variant: $count instructions for a pair, golden: $expected"
  [ -n "$expected" ] && [ "$count" -gt 20 ] && [ "$count" -le "$expected" ]
}

# A free that is told the size costs what one costs that is not, but for passing the size, which is the program's one instruction;
# and where sizes are checked the comparison and a register more, five. Debug looks first, on a path of its own.
# (A fiftieth of an instruction more: slow paths come along at other times.)
sized_is_no_dearer() {
  local variant=$1 few=20000 many=120000 pair sized more=1
  grep -q 'sizeChecks: Bool { true }' "$BULWARK_ROOT/Configs/${variant^}.swift" && more=6
  grep -q 'blockStacks: Bool { true }' "$BULWARK_ROOT/Configs/${variant^}.swift" && more=150
  pair=$(($(instructions "$variant" pair $many) - $(instructions "$variant" pair $few)))
  sized=$(($(instructions "$variant" sized $many) - $(instructions "$variant" sized $few)))
  echo "$variant: $((pair / (many - few))) instructions for a pair, $((sized / (many - few))) with free_sized, loop and all"
  [ "$sized" -gt $((20 * (many - few))) ] && [ $((sized - pair)) -le $((more * (many - few) + (many - few) / 50)) ]
}

# body VARIANT FUNCTION: the disassembly of an exported function, the slow paths that it jumps to left out. By address:
# the function has a name of ours too, and objdump shows one of them.
body() {
  local address
  address=$(nm -D "$(library "$1")" | awk -v name="$2" '$3 == name { print $1 }')
  objdump -d --no-show-raw-insn "--start-address=0x$address" "$(library "$1")" |
    awk '/^[0-9a-f]+ </ { if (on++) exit; next } on && !NF { exit } on'
}

# DESIGN: no lock-prefixed instruction or fence, no system call, no division; and no call, so no frame either.
path_is_plain() {
  local text
  text=$(body "$1" "$2")
  [ "$(wc -l <<<"$text")" -gt 10 ] || { echo "no disassembly of $2"; return 1; }
  if grep -E '\b(lock|[lms]fence|syscall|i?div[lq]?|call)\b' <<<"$text"; then
    echo "in $2 of $1"
    return 1
  fi
}

# What a flag's code is called in the symbol table; present where the flag is on, gone where it is off. Not
# reportForeignPointers: the option foreign_pointers can turn it on in every variant. Not encodedFreeLists and
# randomizedFreeLists' choice: they are inlined wherever they are used; scripts/flags counts what they cost and save.
flag_symbols() {
  case $1 in
    guardPages) echo 'GuardPagesV7install|placeGuards' ;;
    familyChecks) echo '9AllocatorV11checkFamily|16AllocationOriginV8mismatch' ;;
    paddingCanaries) echo 'endsInCanaries|guessedByteCount' ;;
    quarantine) echo 'takeDetained' ;;
    sizeChecks) echo 'reportSmallerSize' ;;
    zeroSizeTraps) echo 'takeTrap' ;;
    randomizedFreeLists) echo '11RandomPlace' ;;
    doubleFreeDetection) echo '11BlockStatesV' ;;
    blockStacks) echo '10StackDepotV|11BlockRecordV|11BlockGroupsV' ;;
    leakReport) echo '10LeakSearchV' ;;
    backtraces) echo '12TracedReport|bw_unwind|bw_reserve|10PageCopies' ;;
    sampledGuards) echo '13SampledGuardsV|16SampledCountdownV' ;;
    guardedCopies) echo 'bw_copies|bw_abi_memcpy' ;;
    memcheckRequests) echo '8MemcheckO|bw_memcheck' ;;
  esac
}

# flag_is_as_configured VARIANT FLAG: the machine code has what Configs says, and nothing of what it leaves out.
flag_is_as_configured() {
  local config=$BULWARK_ROOT/Configs/${1^}.swift setting found
  setting=$(sed -n "s/.*static var $2: Bool { \(.*\) }/\1/p" "$config")
  found=$(nm "$(library "$1")" | grep -cE "$(flag_symbols "$2")" || true)
  echo "$2 is $setting in $config; $found of its symbols found"
  case $setting in
    true) [ "$found" -gt 0 ] ;;
    false) [ "$found" -eq 0 ] ;;
    *) return 1 ;;
  esac
}

for variant in "${variants[@]}"; do
  for flag in guardPages randomizedFreeLists paddingCanaries doubleFreeDetection quarantine sizeChecks zeroSizeTraps \
    backtraces blockStacks leakReport sampledGuards guardedCopies memcheckRequests; do
    check "$flag as configured, in the machine code ($variant)" flag_is_as_configured "$variant" "$flag"
  done
  check "malloc(64) + free within the golden count ($variant)" pair_is_within_golden "$variant"
  check "malloc has no lock, fence, system call, division or call ($variant)" path_is_plain "$variant" malloc
  check "free has no lock, fence, system call, division or call ($variant)" path_is_plain "$variant" free
  check "free_sized is no dearer than free ($variant)" sized_is_no_dearer "$variant"
  [ "$variant" = debug ] ||
    check "free_sized has no lock, fence, system call, division or call ($variant)" path_is_plain "$variant" free_sized
done
harness_finish
