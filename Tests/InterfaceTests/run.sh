#!/bin/bash
# Bulwark's own interface, from C and C++, under each variant: programs that are linked against its library, by its header.
#
#   Tests/InterfaceTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"
need_packages gcc g++ clang libc6-dev
ulimit -c 0
[ -z "$quick" ] || export BULWARK_QUICK=1

flags=(-O2 -fno-builtin -pthread -Wall -Wextra -Werror -Wno-unused-result -Wno-unknown-warning-option -Wno-use-after-free -Wno-free-nonheap-object
  -Wno-alloc-size-larger-than -I"$BULWARK_ROOT/Sources/CBulwark" -I"$BULWARK_ROOT/Tests/ABITests")
# The upper bound on one program's run, in seconds: it only turns a deadlock into a failure.
limit=120

# linked VARIANT NAME COMPILER [FLAG...]: compiles NAME.c or NAME.cpp, of this folder or of Tests/Examples, against the variant's
# library.
linked() {
  local variant=$1 name=$2 compiler=$3 source
  shift 3
  for source in "$here/$name.c" "$here/$name.cpp" "$BULWARK_ROOT/Tests/Examples/${name#example-}.c"; do
    [ ! -f "$source" ] || break
  done
  "$compiler" "${flags[@]}" "$@" "$source" -o "$scratch/$name" "$(library "$variant")" -Wl,-rpath,"$dist/lib" >&2
}

# run_linked VARIANT NAME COMPILER [FLAG...]: compiles and runs it, with the options that the test's caller set.
run_linked() {
  linked "$@" || return
  EXPECT_VARIANT=$1 timeout -k 5 "$limit" "$scratch/$2"
}

for variant in "${variants[@]}"; do
  for name in allocate query statistics options hooks heaps discard; do
    check "$name ($variant)" run_linked "$variant" "$name" cc -std=gnu17
  done
  for name in sized discard heaps; do
    check "the example $name ($variant)" run_linked "$variant" "example-$name" cc -std=gnu17
  done
  for standard in 17 20; do
    for compiler in c++ clang++; do
      for name in containers new_delete; do
        check "$name in C++$standard by $compiler ($variant)" run_linked "$variant" "$name" "$compiler" "-std=c++$standard"
      done
    done
  done
done
# Tools that show a machine's state, with every operation written down.
traced() { /usr/bin/python3 "$here/trace.py" "$(library debug)" "$@"; }
case " ${variants[*]} " in *" debug "*)
  need_packages python3 procps htop
  check "top with a trace of every operation (debug)" traced 1000 top -b -n 3 -d 0.3
  check "htop with a trace of every operation (debug)" traced 1000 htop -d 5
  ;;
esac
harness_finish
