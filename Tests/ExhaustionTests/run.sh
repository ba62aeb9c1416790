#!/bin/bash
# Out of everything: each system call of the library refused in turn, and at random, under a program that checks and under real
# ones; threads at their limit of memory.
#
#   Tests/ExhaustionTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
source "$here/refusals.sh"
source "$here/limits.sh"
harness_start "$@"
need_packages gcc libc6-dev perl python3
prepare_programs
compiled refused "$scratch/refused" && compiled limit_load "$scratch/limit_load" || exit

for variant in "${variants[@]}"; do
  check_refusals "$variant"
  check_limits "$variant"
done
harness_finish
