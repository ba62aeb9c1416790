# Clang, a large C++ program with threads of its own, on the same two files as GCC.

program clang packages='clang-14 libstdc++-12-dev libc6-dev binutils' loaded='clang-14 clang++-14 ld'

clang_prepare() { source "$support/large-c-file.sh" >large.c; }

clang_run() {
  cp "$input/large.c" .
  clang-14 -O2 -g -c large.c -o large.o
  clang++-14 -std=c++20 -O1 -c "$workloads/templates.cpp" -o templates.o
  clang-14 large.o -o large
  clang++-14 -pthread templates.o -o templates
  sha256sum large.o templates.o
  ./large
  ./templates
}
