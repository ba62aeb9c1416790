#!/bin/bash
# The C and C++ malloc ABI of each variant, against glibc's semantics, and what each does with pointers that are not its own.
#
#   Tests/ABITests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/programs.sh"
source "$here/exports.sh"
harness_start "$@"
prepare_programs

c_programs=(malloc calloc realloc reallocarray free posix_memalign aligned alignment_sweep usable_size limits fresh_memory statistics
  malloc_info resolution libc_aliases bw_api)
cxx_programs=(new_resolution new_forms new_handler stl_stress)

for variant in "${variants[@]}"; do
  check "exports ($variant)" exports_are_as_listed "$variant"
  for name in "${c_programs[@]}" "${cxx_programs[@]}"; do
    check "$name ($variant)" run_program "$variant" "$name"
  done
  check "new_late ($variant)" run_with_library "$variant" new_late new_late_library
  check "no_libstdcxx ($variant)" run_program "$variant" no_libstdcxx
  case $variant in
    release)
      check "size_waste ($variant)" run_program "$variant" size_waste
      check "foreign_ignored ($variant)" run_program "$variant" foreign_ignored
      ;;
    *)
      check "foreign_reported ($variant)" run_program "$variant" foreign_reported
      check "double_free ($variant)" run_program "$variant" double_free
      check "realloc_freed ($variant)" run_program "$variant" realloc_freed
      ;;
  esac
done
harness_finish
