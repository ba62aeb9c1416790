# Compiles and runs the test programs of one folder; sourced by the run.sh of ABITests and of LifeCycleTests.
#
# The folder is $here. A program is compiled on its first use, into $scratch, and then shared by the variants: a compiler's
# complaint thus appears in the log of the test that needs the program.

# -fno-builtin: otherwise the compiler removes or folds the very calls that are tested. The warnings that are off are about
# deliberate misuse.
program_flags=(-O2 -fno-builtin -pthread -Wall -Wextra -Wno-unused-result -Wno-use-after-free -Wno-free-nonheap-object
  -Wno-alloc-size-larger-than -I"$BULWARK_ROOT/Tests/ABITests")
c_flags=(-std=gnu17)
cxx_flags=(-std=c++17 -fsized-deallocation -faligned-new -Wno-mismatched-new-delete)

# The upper bound on one program's run, in seconds. Far above what any needs: it only turns a deadlock into a failure.
program_limit=240

# compiled NAME OUTPUT [FLAG...]: compiles NAME.c or NAME.cpp of the folder unless that is done.
compiled() {
  local name=$1 output=$2
  shift 2
  [ -f "$output" ] && return
  if [ -f "$here/$name.c" ]; then
    cc "${c_flags[@]}" "${program_flags[@]}" "$here/$name.c" -o "$output" "$@" -ldl >&2
  else
    c++ "${cxx_flags[@]}" "${program_flags[@]}" "$here/$name.cpp" -o "$output" "$@" -ldl >&2
  fi
}

# run_program VARIANT NAME [ARGUMENT...]: runs a program under a variant.
run_program() {
  local variant=$1 name=$2
  shift 2
  compiled "$name" "$scratch/$name" || return
  EXPECT_VARIANT=$variant preloaded "$variant" timeout -k 5 "$program_limit" "$scratch/$name" "$@"
}

# run_with_library VARIANT NAME LIBRARY [FLAG...]: runs a program that is given the path of a shared library of the folder.
run_with_library() {
  local variant=$1 name=$2 shared=$3
  shift 3
  compiled "$shared" "$scratch/$shared.so" -shared -fPIC "$@" || return
  run_program "$variant" "$name" "$scratch/$shared.so"
}

# prepare_programs: what both drivers need once. No core dumps of children that are meant to abort.
prepare_programs() {
  ulimit -c 0
  [ -z "$quick" ] || export BULWARK_QUICK=1
}
