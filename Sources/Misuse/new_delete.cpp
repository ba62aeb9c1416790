// new and delete: twice, or of what is no object's start.
#include <cstdlib>
#include <memory>
#include <new>

#include "objects.h"

extern "C" {

// The steps; the number is not used.
__attribute__((noipa)) void delete_small(char *block, size_t) { delete reinterpret_cast<Small *>(hidden(block)); }
__attribute__((noipa)) void delete_aligned(char *block, size_t) { delete reinterpret_cast<Aligned *>(hidden(block)); }
__attribute__((noipa)) void delete_counted(char *block, size_t) { delete reinterpret_cast<Counted *>(hidden(block)); }
__attribute__((noipa)) void delete_bytes(char *block, size_t) { delete[] hidden(block); }
__attribute__((noipa)) void delete_second(char *block, size_t) { delete reinterpret_cast<Second *>(hidden(block)); }

// MARK: Twice

void delete_twice(const scenario *s) {
  char *block = bytes_of(hidden(new Small));
  about_block(block, s);
  delete_small(block, 0);
  by(s, delete_small, block, 0);
}
void delete_twice_twin(const scenario *s) {
  delete_small(bytes_of(hidden(new Small)), 0);
  by(s, delete_small, bytes_of(hidden(new Small)), 0);
}
MISUSE(delete_twice, .sizes = S100, .threads = SAME | OTHER, .what = "an object deleted twice",
       .found = "by the second delete", .secure = "doubleFree", .functions = "delete_small");

void delete_array_twice(const scenario *s) {
  char *block = hidden(new char[s->bytes]);
  about_block(block, s);
  delete_bytes(block, 0);
  by(s, delete_bytes, block, 0);
}
void delete_array_twice_twin(const scenario *s) {
  delete_bytes(hidden(new char[s->bytes]), 0);
  by(s, delete_bytes, hidden(new char[s->bytes]), 0);
}
MISUSE(delete_array_twice, .sizes = S24 | S5000 | S20000 | S200000 | S40M, .threads = SAME | OTHER,
       .what = "an array deleted twice", .found = "by the second delete[]", .secure = "doubleFree",
       .functions = "delete_bytes");

void delete_aligned_twice(const scenario *s) {
  char *block = bytes_of(hidden(new Aligned));
  about_block(block, s);
  delete_aligned(block, 0);
  by(s, delete_aligned, block, 0);
}
void delete_aligned_twice_twin(const scenario *s) {
  delete_aligned(bytes_of(hidden(new Aligned)), 0);
  by(s, delete_aligned, bytes_of(hidden(new Aligned)), 0);
}
MISUSE(delete_aligned_twice, .sizes = A192, .threads = SAME | OTHER, .what = "an over-aligned object deleted twice",
       .found = "by the second delete", .secure = "doubleFree", .functions = "delete_aligned");

void owned_by_two_unique_pointers(const scenario *s) {
  Small *thing = hidden(new Small);
  about_block(bytes_of(thing), s);
  std::unique_ptr<Small> one(thing);
  std::unique_ptr<Small> other(hidden(thing));
}
void owned_by_two_unique_pointers_twin(const scenario *) {
  std::unique_ptr<Small> one(hidden(new Small));
  std::unique_ptr<Small> other(std::move(one));
}
MISUSE(owned_by_two_unique_pointers, .sizes = S100, .threads = SAME, .what = "an object owned by two unique_ptr",
       .found = "by the second one's destructor", .secure = "doubleFree");

void owned_by_two_shared_counts(const scenario *s) {
  Small *thing = hidden(new Small);
  about_block(bytes_of(thing), s);
  std::shared_ptr<Small> one(thing);
  std::shared_ptr<Small> other(hidden(thing));
}
void owned_by_two_shared_counts_twin(const scenario *) {
  std::shared_ptr<Small> one(hidden(new Small));
  std::shared_ptr<Small> other(one);
}
MISUSE(owned_by_two_shared_counts, .sizes = S100, .threads = SAME,
       .what = "an object owned by two counts of shared_ptr", .found = "by the second one's destructor",
       .secure = "doubleFree");

void free_then_delete(const scenario *s) {
  char *block = bytes_of(hidden(new Small));
  about_block(block, s);
  free_block(block, 0);
  by(s, delete_small, block, 0);
}
void free_then_delete_twin(const scenario *s) {
  free_block(static_cast<char *>(hidden(std::malloc(100))), 0);
  by(s, delete_small, bytes_of(hidden(new Small)), 0);
}
MISUSE(free_then_delete, .sizes = S100, .threads = SAME, .what = "an object given to free, then to delete",
       .found = "by one of the two; in debug as what free may not end", .secure = "doubleFree",
       .debug = "mismatchedDeallocation");

// MARK: Not the block's start

void delete_of_array(const scenario *s) {
  Counted *things = hidden(new Counted[4]);
  about_inside(bytes_of(things), s);
  by(s, delete_counted, bytes_of(things), 0);
}
void delete_of_array_twin(const scenario *s) {
  Counted *things = hidden(new Counted[4]);
  by(s, delete_counted, bytes_of(hidden(new Counted)), 0);
  delete[] things;
}
MISUSE(delete_of_array, .sizes = S104, .threads = SAME | OTHER, .what = "delete of what new[] returned, behind its count",
       .found = "by the delete", .secure = "invalidFree", .release = "harmless", .functions = "delete_counted");

void delete_array_of_member(const scenario *) {
  // delete[] looks for the count in front of the array. Here it is there, and the whole block is freed.
  struct Pair {
    size_t count;
    Counted thing;
  };
  Pair *pair = hidden(new Pair);
  pair->count = 1;
  about_bytes(bytes_of(pair), sizeof(Pair));
  delete[] hidden(&pair->thing);
  delete hidden(pair);
}
void delete_array_of_member_twin(const scenario *) {
  delete[] hidden(new Counted[1]);
  delete hidden(new Counted);
}
MISUSE(delete_array_of_member, .sizes = NO_SIZE, .threads = SAME,
       .what = "delete[] of an object's member, then delete of the object", .found = "by the delete; in debug by the delete[]",
       .secure = "doubleFree", .debug = "mismatchedDeallocation");

void delete_of_second_base(const scenario *s) {
  Second *second = hidden(new Derived);
  about_inside(bytes_of(second), s);
  by(s, delete_second, bytes_of(second), 0);
}
void delete_of_second_base_twin(const scenario *s) {
  Second *second = hidden(new Derived);
  delete static_cast<Derived *>(second);
  by(s, delete_second, bytes_of(hidden(new Second)), 0);
}
MISUSE(delete_of_second_base, .sizes = S64, .threads = SAME | OTHER,
       .what = "delete through a second base without a virtual destructor", .found = "by the delete",
       .secure = "invalidFree", .release = "harmless", .functions = "delete_second");

void delete_of_placed_on_stack(const scenario *s) {
  alignas(16) char memory[sizeof(Small)];
  Small *thing = hidden(new (memory) Small);
  about_foreign(thing);
  by(s, delete_small, bytes_of(thing), 0);
}
void delete_of_placed_on_stack_twin(const scenario *s) {
  alignas(16) char memory[sizeof(Small)];
  hidden(new (memory) Small)->~Small();
  by(s, delete_small, bytes_of(hidden(new Small)), 0);
}
MISUSE(delete_of_placed_on_stack, .sizes = NO_SIZE, .threads = SAME | OTHER,
       .what = "delete of an object placed on the stack", .found = "by the delete", .secure = "invalidFree",
       .release = "harmless", .functions = "delete_small");

void delete_of_placed_in_block(const scenario *s) {
  char *memory = allocate(s);
  Small *thing = hidden(new (memory + 512) Small);
  about_inside(bytes_of(thing), s);
  by(s, delete_small, bytes_of(thing), 0);
}
void delete_of_placed_in_block_twin(const scenario *s) {
  char *memory = allocate(s);
  hidden(new (memory + 512) Small)->~Small();
  by(s, free_block, memory, 0);
}
MISUSE(delete_of_placed_in_block, .sizes = S1016 | S20000 | S200000, .threads = SAME,
       .what = "delete of an object placed inside a block", .found = "by the delete", .secure = "invalidFree",
       .release = "harmless", .functions = "delete_small");
}
