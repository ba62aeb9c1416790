# CMake configures a project of 25 libraries and builds it.

program cmake packages='cmake make gcc libc6-dev' loaded='cmake cc1'

cmake_run() {
  mkdir source
  {
    printf 'cmake_minimum_required(VERSION 3.20)\nproject(test C)\n'
    for n in {1..25}; do
      printf 'int f%d(void) { return %d; }\n' "$n" "$n" >"source/f$n.c"
      printf 'add_library(l%d STATIC f%d.c)\nlist(APPEND all l%d)\n' "$n" "$n" "$n"
    done
    printf 'foreach(n RANGE 3000)\n  string(SHA256 hash "${n}${hash}")\n  list(APPEND hashes ${hash})\nendforeach()\n'
    printf 'list(SORT hashes)\nlist(GET hashes 7 seventh)\nmessage(STATUS "seventh ${seventh}")\n'
  } >source/CMakeLists.txt
  cmake -S source -B build | grep -E 'seventh|Generating done' | sed 's/ (.*s)//'
  # Two jobs print in any order.
  cmake --build build -- -j2 | sort | grep -c Built
  find build -name '*.a' | wc -l
}
