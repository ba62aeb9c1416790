// A block deleted twice, by C++: a destructor, a method, a function that would catch.
#include <cstdio>
#include <stdexcept>
#include <vector>

struct Inner {
  char *block;
  __attribute__((noinline)) ~Inner() {
    delete[] block;
    std::puts("one free");
    delete[] block;
    std::puts("two frees");
  }
};

struct Outer {
  std::vector<int> values{1, 2, 3};
  __attribute__((noinline)) int method(int size) {
    Inner inner{new char[size]};
    return values.at(2) + size;
  }
};

__attribute__((noinline)) int catching(Outer &outer, int size) {
  try {
    return outer.method(size) + 1;
  } catch (const std::exception &) {
    return 0;
  }
}

int main(int count, char **) {
  Outer outer;
  return catching(outer, 50 + count) == 0;
}
