// Objects of the sizes that scenarios in C++ need.
#pragma once
#include "support.h"

// The bytes of these are the scenario's size, but for what is said.
template <size_t bytes> struct Thing {
  char content[bytes];
};
struct Small : Thing<100> {};
struct Larger : Thing<200> {};
struct Counted {  // with a destructor, so that new[] stores a count in front
  char content[24];
  ~Counted() { content[0] = 0; }
};
struct alignas(64) Aligned : Thing<192> {};
struct First {
  char first[32];
};
struct Second {
  char second[32];
};
struct Derived : First, Second {};

template <class T> T *hidden(T *pointer) { return OPAQUE(pointer); }
template <class T> char *bytes_of(T *pointer) { return reinterpret_cast<char *>(pointer); }
