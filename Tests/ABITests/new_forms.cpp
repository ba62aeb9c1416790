// Each form of operator new with each matching operator delete: aligned, writable, unique even for size 0.
#include "pattern.h"
#include "sizes.h"
#include <initializer_list>
#include <malloc.h>
#include <new>

static void *check_block(void *block, size_t size, size_t alignment) {
  REQUIRE(block != nullptr);
  EXPECT_IN((uintptr_t)block % alignment == 0, "%p for size %zu, alignment %zu", block, size, alignment);
  EXPECT_AT_LEAST(malloc_usable_size(block), size);
  pattern_fill(block, size, size);
  EXPECT(pattern_holds(block, size, size, size));
  return block;
}

static void plain(size_t size) {
  operator delete(check_block(operator new(size), size, 16));
  operator delete(check_block(operator new(size), size, 16), size);
  operator delete(check_block(operator new(size), size, 16), std::nothrow);
  operator delete(check_block(operator new(size, std::nothrow), size, 16));
  operator delete[](check_block(operator new[](size), size, 16));
  operator delete[](check_block(operator new[](size), size, 16), size);
  operator delete[](check_block(operator new[](size), size, 16), std::nothrow);
  operator delete[](check_block(operator new[](size, std::nothrow), size, 16));
}

static void aligned(size_t size, size_t alignment) {
  auto value = std::align_val_t(alignment);
  operator delete(check_block(operator new(size, value), size, alignment), value);
  operator delete(check_block(operator new(size, value), size, alignment), size, value);
  operator delete(check_block(operator new(size, value), size, alignment), value, std::nothrow);
  operator delete(check_block(operator new(size, value, std::nothrow), size, alignment), value);
  operator delete[](check_block(operator new[](size, value), size, alignment), value);
  operator delete[](check_block(operator new[](size, value), size, alignment), size, value);
  operator delete[](check_block(operator new[](size, value), size, alignment), value, std::nothrow);
  operator delete[](check_block(operator new[](size, value, std::nothrow), size, alignment), value);
}

static void null_is_accepted() {
  void *null = OPAQUE((void *)nullptr);
  auto value = std::align_val_t(64);
  operator delete(null);
  operator delete(null, (size_t)10);
  operator delete(null, value);
  operator delete(null, (size_t)10, value);
  operator delete(null, std::nothrow);
  operator delete(null, value, std::nothrow);
  operator delete[](null);
  operator delete[](null, (size_t)10);
  operator delete[](null, value);
  operator delete[](null, (size_t)10, value);
  operator delete[](null, std::nothrow);
  operator delete[](null, value, std::nothrow);
}

struct alignas(128) Wide { char bytes[384]; };

// What compilers make of the language's own expressions, arrays with a cookie included.
static void expressions() {
  struct Counted { static int &live() { static int count; return count; } Counted() { live()++; } ~Counted() { live()--; } };
  auto *wide = new Wide, *wides = new Wide[5];
  EXPECT((uintptr_t)wide % 128 == 0 && (uintptr_t)wides % 128 == 0);
  delete wide;
  delete[] wides;
  auto *counted = new Counted[100];
  EXPECT_EQUAL(Counted::live(), 100);
  delete[] counted;
  EXPECT_EQUAL(Counted::live(), 0);
}

static void zero_sizes_are_unique() {
  void *first = operator new(0), *second = operator new(0), *third = operator new[](0), *last = operator new(0, std::nothrow);
  EXPECT(first && second && third && last);
  EXPECT(first != second && second != third && third != last && first != third && first != last && second != last);
  operator delete(first);
  operator delete(second);
  operator delete[](third);
  operator delete(last);
}

int main() {
  expect_start();
  for (size_t size : edge_sizes) {
    if (size <= 4194305) plain(size);
    for (size_t alignment : {16u, 32u, 64u, 256u, 4096u, 65536u, 1u << 21})
      if (size <= 262144 || alignment == 4096) aligned(size, alignment);
  }
  null_is_accepted();
  expressions();
  zero_sizes_are_unique();
  return expect_end();
}
