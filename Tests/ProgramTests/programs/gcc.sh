# GCC compiles a large generated C file; the object code must be the same, bit for bit.

program gcc packages='gcc libc6-dev binutils' loaded='gcc cc1 as collect2 ld'

gcc_prepare() { source "$support/large-c-file.sh" >large.c; }

gcc_run() {
  cp "$input/large.c" .
  gcc -O2 -g -Wall -Wno-unused -pipe -c large.c -o large.o
  # Without a seed the names of its sections are random.
  gcc -O2 -g -flto -frandom-seed=1 -c large.c -o lto.o
  gcc large.o -o large
  sha256sum large.o lto.o
  ./large
}
