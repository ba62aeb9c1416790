#!/bin/bash
# Real programs under each variant: a program must behave as it does without the library.
#
#   Tests/ProgramTests/run.sh [--variant NAME] [--only PATTERN] [--quick]
#
# One file of programs/ is one program; how to write one is explained in support/programs.sh.
# The tests are named `program (variant)`; --quick runs only the handful that is marked quick.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Support/harness.sh"
source "$here/support/programs.sh"
source "$here/support/compare.sh"
for file in "$here"/programs/*.sh; do source "$file"; done

harness_start "$@"
# Programs that give up root (postgres, the workers of nginx) must reach their files and the libraries:
# the tests use copies at a path that every user can read, without symbolic links, as the kernel shows it.
chmod 711 "$scratch"
scratch=$(realpath "$scratch")
mkdir -p "$scratch/dist/lib"
for variant in "${variants[@]}"; do install -m 755 "$(library "$variant")" "$scratch/dist/lib"; done
dist=$scratch/dist

mapfile -t selected < <(selected_programs)
mapfile -t packages < <(needed_packages "${selected[@]}")
need_packages "${packages[@]}"

for name in "${selected[@]}"; do
  for variant in "${variants[@]}"; do
    check "$name ($variant)" behaves_the_same "$name" "$variant"
  done
done
harness_finish
