# G++ on a file full of templates, where cc1plus allocates most; the object code must be the same.

program g++ packages='g++ binutils' loaded='g++ cc1plus as collect2 ld'

g++_run() {
  g++ -std=c++20 -O1 -pthread -c "$workloads/templates.cpp" -o templates.o
  g++ -pthread templates.o -o templates
  sha256sum templates.o
  ./templates
}
