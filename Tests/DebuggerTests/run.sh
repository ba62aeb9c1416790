#!/usr/bin/env bash
# The libraries beside other tools: gdb, which calls their functions, and valgrind, with its malloc and with ours.
#
#   Tests/DebuggerTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev gdb valgrind
prepare_programs
# Debian 12's valgrind reads DWARF 4.
program_flags+=(-rdynamic -gdwarf-4 -O1)

# gdb_at_stop VARIANT COMMAND...: runs damaged.c up to `stop`, then the commands; what is said goes to $scratch/said.
gdb_at_stop() {
  local library command commands=()
  library=$(library "$1")
  shift
  compiled damaged "$scratch/damaged" || return
  for command in "$@"; do commands+=(-ex "$command"); done
  timeout -k 5 120 gdb -nx -batch -ex 'set startup-with-shell off' -ex "set environment LD_PRELOAD $library" \
    -ex 'set environment BULWARK_OPTIONS sample_rate=0:on_violation=report:leak_report=0:violation_status=0' \
    -ex 'break stop' -ex run "${commands[@]}" -ex continue "$scratch/damaged" >"$scratch/said" 2>&1
  cat "$scratch/said"
}
says() { grep -E -- "$1" "$scratch/said" >/dev/null || { echo "not said: $1"; return 1; }; }

gdb_checks_the_heap() {
  gdb_at_stop "$1" 'print (unsigned long)bw_check_heap()' 'print (unsigned long)bw_check_heap()' &&
    says '^\$1 = 1$' && says '^\$2 = 0$' && says '^bulwark: buffer overflow of 0x[0-9a-f]+ \(40-byte block\)' &&
    says '^byte 40 of the block is ' && says 'allocated by thread' && says 'exited normally'
}
gdb_asks_for_leaks() {
  gdb_at_stop "$1" 'print (unsigned long)bw_report_leaks()' && says '^\$1 = 77$' &&
    says '^bulwark: leak of 77 bytes in 1 block, allocated here:'
}
gdb_asks_the_allocator() {
  gdb_at_stop "$1" 'print ((char (*)(const void *))bw_owns)(kept)' 'print ((char (*)(const void *))bw_owns)(&kept)' 'print (char *)bw_variant()' &&
    says '^\$1 = 1 ' && says '^\$2 = 0 ' && says "^\\\$3 = .*\"$1\""
}
# A violation stops in the debugger where it happened.
gdb_stops_at_a_violation() {
  cat >"$scratch/twice.c" <<'C'
#include <stdlib.h>
__attribute__((noinline)) void twice(char *block) { free(block); free(block); }
int main(void) { twice(malloc(10)); }
C
  cc -g -O0 -w "$scratch/twice.c" -o "$scratch/twice" || return
  timeout -k 5 120 gdb -nx -batch -ex 'set startup-with-shell off' -ex "set environment LD_PRELOAD $(library "$1")" \
    -ex "set environment BULWARK_OPTIONS on_violation=$2" -ex run -ex backtrace "$scratch/twice" >"$scratch/said" 2>&1
  cat "$scratch/said"
  says "received signal $3" && says '^bulwark: double free of 0x' && says '^#[0-9]+ .*in twice \(block=0x[0-9a-f]+.*\) at '
}

# probed VARIANT [ARGUMENT]: runs probed.c in gdb, which prints what each probe says from `stop` on.
probed() {
  compiled probed "$scratch/probed" || return
  {
    printf 'break stop\nrun %s\ninfo probes stap bulwark\n' "${2:-}"
    at_probe allocation '%#lx %lu' '$_probe_arg0,$_probe_arg1'
    at_probe reallocation '%#lx %#lx %lu' '$_probe_arg0,$_probe_arg1,$_probe_arg2'
    at_probe free '%#lx' '$_probe_arg0'
    at_probe violation '%#lx' '$_probe_arg0'
    echo continue
  } >"$scratch/commands"
  timeout -k 5 120 gdb -nx -batch -ex 'set startup-with-shell off' -ex "set environment LD_PRELOAD $(library "$1")" \
    -ex 'set environment BULWARK_OPTIONS sample_rate=0:on_violation=report:leak_report=0:violation_status=0' \
    -x "$scratch/commands" "$scratch/probed" 2>&1 | grep -v 'Could not find DWO' >"$scratch/said"
  cat "$scratch/said"
}
at_probe() {
  printf 'break -probe-stap bulwark:%s\ncommands\nsilent\nprintf "probe %s %s\\n",%s\ncontinue\nend\n' "$1" "$1" "$2" "$3"
}
# where NAME: the address that probed.c printed.
where() { sed -nE "s/.*\\b$1 (0x[0-9a-f]+).*/\\1/p" "$scratch/said" | head -n 1; }
# Each allocation, reallocation and free is seen once, with its addresses and sizes.
probes_tell() {
  local name
  probed "$1" || return
  for name in allocation reallocation free violation purge; do
    says "^stap +bulwark +$name +0x" || return
  done
  [ "$(where small)" = "$(where from)" ] || return
  local line
  for line in "allocation $(where small) 1237" "allocation $(where zeroed) 1233" "allocation $(where aligned) 1280" \
    "allocation $(where large) 1234567" "reallocation $(where from) $(where resized) 4567" "free $(where resized)" \
    "free $(where zeroed)" "free $(where aligned)" "free $(where large)"; do
    [ "$(grep -cFx "probe $line" "$scratch/said")" -eq 1 ] || { echo "not said once: probe $line"; return 1; }
  done
  says 'exited normally'
}
# perf takes the base's distance from its place in the file for the probes'.
probes_have_their_base() {
  readelf -SW "$(library "$1")" | sed 's/^ *\[ *//' | awk '$2 == ".text" { code = $4 " " $5 } $2 == ".stapsdt.base" { base = $4 " " $5 }
    END { print code; print base }' >"$scratch/sections"
  local code_address code_place base_address base_place
  { read -r code_address code_place; read -r base_address base_place; } <"$scratch/sections"
  [ $((0x$code_address - 0x$code_place)) -eq $((0x$base_address - 0x$base_place)) ]
}
probe_of_a_violation() {
  probed "$1" twice && [ "$(grep -cFx "probe violation $(where aligned)" "$scratch/said")" -eq 1 ] &&
    [ "$(grep -cFx "probe free $(where aligned)" "$scratch/said")" -eq 2 ]
}

# in_valgrind VARIANT OPTION...: runs read_past.c in it.
in_valgrind() {
  local library
  library=$(library "$1")
  shift
  compiled read_past "$scratch/read_past" || return
  # Preloaded into the program alone, not into valgrind's launcher.
  timeout -k 5 300 valgrind "$@" /usr/bin/env "LD_PRELOAD=$library" "$scratch/read_past" >"$scratch/said" 2>&1
  local status=$?
  cat "$scratch/said"
  [ "$status" -eq 0 ] && says '^sum 0$'
}
# With valgrind's own malloc in place of ours it finds what it finds without us.
valgrind_replaces_malloc() {
  in_valgrind "$1" --trace-children=yes "--soname-synonyms=somalloc=$(library_name "$1")" && says 'Invalid read of size 1' &&
    says '0 bytes after a block of size 40'
}
# With ours it runs the program, and is not disturbed by what the library does.
valgrind_keeps_malloc() {
  in_valgrind "$1" --trace-children=yes --soname-synonyms=somalloc=nouserintercepts || return
  ! grep -E 'unhandled|unrecognised|Assertion|the impossible happened' "$scratch/said"
}

# in_memcheck VARIANT MODE: runs wrong_accesses.c in it, with our malloc; errors give status 33.
in_memcheck() {
  compiled wrong_accesses "$scratch/wrong_accesses" || return
  local status=0
  timeout -k 5 300 env BULWARK_OPTIONS=sample_rate=0:leak_report=0 valgrind -q --error-exitcode=33 --trace-children=yes \
    --soname-synonyms=somalloc=nouserintercepts /usr/bin/env "LD_PRELOAD=$(library "$1")" "$scratch/wrong_accesses" "$2" \
    >"$scratch/said" 2>&1 || status=$?
  grep -v 'sigprocmask: unknown' "$scratch/said" | head -n 40
  [ "$status" -eq "${3:-33}" ]
}
# memcheck_finds VARIANT MODE TEXT...: each of the texts is said, and our library reports nothing.
memcheck_finds() {
  in_memcheck "$1" "$2" || return
  shift 2
  local text
  for text in "$@"; do says "$text" || return; done
  says '^end$' && ! grep '^bulwark: ' "$scratch/said"
}
memcheck_knows_what_is_legal() { in_memcheck "$1" legal 0 && says '^legal$' && ! grep -E '^(==.*(Invalid|uninit)|bulwark: )' "$scratch/said"; }

for variant in "${variants[@]}"; do
  check "gdb asks the allocator ($variant)" gdb_asks_the_allocator "$variant"
  check "probes ($variant)" probes_tell "$variant"
  check "the probes' base ($variant)" probes_have_their_base "$variant"
  if [ "$variant" != release ]; then
    check "a violation's probe ($variant)" probe_of_a_violation "$variant"
    check "gdb stops at a violation ($variant)" gdb_stops_at_a_violation "$variant" abort SIGABRT
    check "gdb stops at a trap ($variant)" gdb_stops_at_a_violation "$variant" trap SIGILL
  fi
  if [ "$variant" = debug ]; then
    check "gdb checks the heap ($variant)" gdb_checks_the_heap "$variant"
    check "gdb asks for leaks ($variant)" gdb_asks_for_leaks "$variant"
  fi
  if [ "$variant" = debug ]; then
    check "memcheck: legal use ($variant)" memcheck_knows_what_is_legal "$variant"
    check "memcheck: a read behind a block ($variant)" memcheck_finds "$variant" after 'Invalid read of size 1' \
      'is 0 bytes after a block of size 40 alloc' 'make_it \(wrong_accesses.c:'
    check "memcheck: a read behind a large block ($variant)" memcheck_finds "$variant" large 'Invalid read of size 1' \
      'is 0 bytes after a block of size 300,000 alloc' 'make_it \(wrong_accesses.c:'
    check "memcheck: a read in front of a block ($variant)" memcheck_finds "$variant" before 'Invalid read of size 1'
    check "memcheck: a write that is undone ($variant)" memcheck_finds "$variant" write 'Invalid write of size 1' 'make_it'
    check "memcheck: a read of a freed block ($variant)" memcheck_finds "$variant" freed 'Invalid read of size 1' \
      'is 100 bytes inside a block of size 200 free' 'drop_it \(wrong_accesses.c:' 'make_it \(wrong_accesses.c:'
    check "memcheck: a copy that reads too far ($variant)" memcheck_finds "$variant" copy 'Invalid read of size' 'make_it'
    check "memcheck: use of what was never written ($variant)" memcheck_finds "$variant" undefined 'uninitialised value'
  fi
  check "valgrind with its malloc ($variant)" valgrind_replaces_malloc "$variant"
  check "valgrind with ours ($variant)" valgrind_keeps_malloc "$variant"
done
harness_finish
