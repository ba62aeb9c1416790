#!/usr/bin/env bash
# bulwark*.o in programs: of C and C++, with and without a loader, of glibc and musl, by several compilers and linkers.
#
#   Tests/ObjectTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"
need_packages gcc g++ libc6-dev binutils

object() { case $1 in release) echo "$dist/lib/bulwark.o" ;; *) echo "$dist/lib/bulwark-$1.o" ;; esac; }

# links VARIANT SOURCE COMPILER...: a program that works, and reports what it does wrong.
links() {
  local variant=$1 source=$2 folder
  shift 2
  folder=$(mktemp -d -p "$scratch")
  "$@" -g -w -fno-omit-frame-pointer -I"$dist/include" "$(object "$variant")" "$here/$source" -o "$folder/linked" >"$folder/said" 2>&1
  local status=$?
  cat "$folder/said"
  # Nor a warning.
  [ $status -eq 0 ] && [ ! -s "$folder/said" ] || return 1
  local said
  said=$(timeout 60 "$folder/linked" 2>&1) || { echo "ended by $?: $said"; return 1; }
  [ "$said" = "$variant" ] || { echo "said: $said"; return 1; }
  # The release library finds less.
  [ "$variant" = release ] || reports "$folder" twice 'double free of 0x'
}

# reports FOLDER WHAT TEXT: SIGABRT, the text, and a frame of the program's own code.
reports() {
  local said status=0
  said=$(timeout 60 "$1/linked" "$2" 2>&1) || status=$?
  [ $status -eq 134 ] && grep -F "bulwark: $3" <<<"$said" >/dev/null && grep -F "($1/linked+0x" <<<"$said" >/dev/null ||
    { echo "ended by $status: $said"; return 1; }
}

# The frame that did it is the program's function, not ours: addr2line knows it.
names_functions() {
  local folder offset
  folder=$(mktemp -d -p "$scratch")
  cc -O0 -g -w "${@:2}" -I"$dist/include" "$(object "$1")" "$here/linked.c" -o "$folder/linked" || return
  offset=$(BULWARK_OPTIONS=sample_rate=0 "$folder/linked" past 2>&1 | sed -nE 's/^  #0 .*\/linked\+0x([0-9a-f]+)\).*/\1/p' | head -n 1)
  [ -n "$offset" ] && addr2line -fe "$folder/linked" "$(printf '0x%x' $((16#$offset - 1)))" | grep -x free_it
}

# Nothing but the names of C, C++ and ours.
exports_nothing_else() {
  local names
  names=$(nm --defined-only --extern-only "$(object "$1")" | awk '{ print $3 }' |
    grep -vE '^(_Z(nw|na|dl|da)|bw_|__libc_|__malloc_)|^(cfree|calloc|free|free_sized|free_aligned_sized|malloc|realloc|reallocarray)$' |
    grep -vxE 'aligned_alloc|mallinfo2?|malloc_(info|stats|trim|usable_size)|mallopt|p?valloc|(posix_)?memalign|sigaction|signal|bsd_signal|__sysv_signal')
  [ -z "$names" ] || { echo "$names"; return 1; }
}

finds_leaks() {
  local folder said
  folder=$(mktemp -d -p "$scratch")
  cc -w "$@" -I"$dist/include" "$(object debug)" "$here/linked.c" -o "$folder/linked" || return
  said=$("$folder/linked" leak 2>&1) && grep -F 'bulwark: leak of 1000 bytes in 1 block' <<<"$said" && [ "$(grep -c 'leak of' <<<"$said")" -eq 1 ]
}
reads_options() {
  local folder said
  folder=$(mktemp -d -p "$scratch")
  cc -static -w -I"$dist/include" "$(object secure)" "$here/linked.c" -o "$folder/linked" || return
  said=$(BULWARK_OPTIONS=on_violation=report "$folder/linked" twice 2>&1) && grep -F 'double free of 0x' <<<"$said" && grep -x secure <<<"$said"
}

if [ ! -f "$(object release)" ]; then
  skip 'programs with an object' 'no objects in dist/lib: run scripts/build'
else
  for variant in "${variants[@]}"; do
    check "C ($variant)" links "$variant" linked.c cc
    check "C, static ($variant)" links "$variant" linked.c cc -static
    check "C, optimised at link time ($variant)" links "$variant" linked.c cc -O2 -flto
    check "C++ ($variant)" links "$variant" linked.cpp c++ -std=c++17
    check "C++, static ($variant)" links "$variant" linked.cpp c++ -std=c++17 -static -Wl,-u,_ZSt17__throw_bad_allocv
    check "nothing else is exported ($variant)" exports_nothing_else "$variant"
    if [ -z "$quick" ]; then
      need_packages musl-tools clang
      check "C, static and position-independent ($variant)" links "$variant" linked.c cc -static-pie
      check "C, static, optimised at link time ($variant)" links "$variant" linked.c cc -O2 -flto -static
      check "C, sections collected ($variant)" links "$variant" linked.c cc -O2 -Wl,--gc-sections
      check "C, by clang ($variant)" links "$variant" linked.c clang
      check "C, by clang, static ($variant)" links "$variant" linked.c clang -static
      check "C++, by clang ($variant)" links "$variant" linked.cpp clang++ -std=c++17
      check "C++, optimised at link time ($variant)" links "$variant" linked.cpp c++ -std=c++17 -O2 -flto
      check "C, musl ($variant)" links "$variant" linked.c musl-gcc
      check "C, musl, static ($variant)" links "$variant" linked.c musl-gcc -static
    fi
    [ "$variant" = release ] || check "frames are the program's ($variant)" names_functions "$variant"
    [ "$variant" = release ] || check "frames are the program's, static ($variant)" names_functions "$variant" -static
    [ "$variant" != debug ] || check 'leaks' finds_leaks
    [ "$variant" != debug ] || check 'leaks, static' finds_leaks -static
    [ "$variant" != secure ] || check 'options, static' reads_options
  done
fi
harness_finish
