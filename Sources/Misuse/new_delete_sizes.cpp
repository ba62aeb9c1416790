// new and delete of another size; writes past an object and after its end.
#include <new>

#include "objects.h"

extern "C" {

operation delete_small, delete_bytes;  // in new_delete.cpp
__attribute__((noipa)) void delete_larger(char *block, size_t) { delete reinterpret_cast<Larger *>(hidden(block)); }
__attribute__((noipa)) void delete_by_size(char *block, size_t bytes) { ::operator delete(hidden(block), bytes); }
__attribute__((noipa)) void delete_aligned_by_size(char *block, size_t bytes) {
  ::operator delete(hidden(block), bytes, std::align_val_t(64));
}

void delete_as_larger(const scenario *s) {
  char *block = bytes_of(hidden(new Small));
  about_exactly(block, sizeof(Small));
  by(s, delete_larger, block, 0);
}
void delete_as_larger_twin(const scenario *s) { by(s, delete_larger, bytes_of(hidden(new Larger)), 0); }
MISUSE(delete_as_larger, .sizes = S100, .threads = SAME | OTHER, .what = "an object deleted as one of a larger class",
       .found = "by the delete", .secure = "sizeMismatch", .release = "harmless", .functions = "delete_larger");

void delete_as_smaller(const scenario *s) {
  char *block = bytes_of(hidden(new Larger));
  about_exactly(block, sizeof(Larger));
  by(s, delete_small, block, 0);
}
void delete_as_smaller_twin(const scenario *s) { by(s, delete_small, bytes_of(hidden(new Small)), 0); }
MISUSE(delete_as_smaller, .sizes = NO_SIZE, .threads = SAME | OTHER,
       .what = "an object deleted as one of a smaller class", .found = "by the delete",
       .secure = "goes on: sizeMismatch", .release = "harmless",
       .functions = "delete_small");

void delete_with_larger_size(const scenario *s) {
  char *block = static_cast<char *>(hidden(::operator new(s->bytes)));
  about_exactly(block, s->bytes);
  by(s, delete_by_size, block, s->bytes + 1);
}
void delete_with_larger_size_twin(const scenario *s) {
  by(s, delete_by_size, static_cast<char *>(hidden(::operator new(s->bytes))), s->bytes);
}
MISUSE(delete_with_larger_size, .sizes = S24 | S5000 | S20000 | S200000, .threads = SAME | OTHER,
       .what = "operator delete with a byte more than operator new", .found = "by the call",
       .secure = "sizeMismatch", .release = "harmless", .functions = "delete_by_size");

void delete_aligned_with_larger_size(const scenario *s) {
  char *block = static_cast<char *>(hidden(::operator new(s->bytes, std::align_val_t(64))));
  about_exactly(block, s->bytes);
  by(s, delete_aligned_by_size, block, s->bytes + 56);
}
void delete_aligned_with_larger_size_twin(const scenario *s) {
  by(s, delete_aligned_by_size, static_cast<char *>(hidden(::operator new(s->bytes, std::align_val_t(64)))), s->bytes);
}
MISUSE(delete_aligned_with_larger_size, .sizes = A200, .threads = SAME | OTHER,
       .what = "aligned operator delete with more bytes than requested", .found = "by the call",
       .secure = "sizeMismatch", .release = "harmless", .functions = "delete_aligned_by_size");

void write_past_new_array(const scenario *s) {
  int *numbers = hidden(new int[6]);
  about_exactly(bytes_of(numbers), s->bytes);
  hidden(numbers)[6] ^= 1;
  by(s, delete_bytes, bytes_of(numbers), 0);
}
void write_past_new_array_twin(const scenario *s) {
  int *numbers = hidden(new int[6]);
  hidden(numbers)[5] = 1;
  by(s, delete_bytes, bytes_of(numbers), 0);
}
MISUSE(write_past_new_array, .sizes = S24, .threads = SAME | OTHER, .what = "an element changed behind new[]'s last",
       .found = "by the delete[]: canary", .secure = "overflow", .functions = "delete_bytes");

void write_after_delete(const scenario *s) {
  Small *thing = hidden(new Small);
  about_block(bytes_of(thing), s);
  delete_small(bytes_of(thing), 0);
  hidden(thing)->content[50] ^= 1;
  reuse(bytes_of(thing), s);
}
void write_after_delete_twin(const scenario *) {
  Small *thing = hidden(new Small);
  hidden(thing)->content[50] = 1;
  delete_small(bytes_of(thing), 0);
}
MISUSE(write_after_delete, .sizes = S100, .threads = SAME, .what = "a deleted object changed",
       .found = "before its block is handed out again", .secure = "writeAfterFree", .functions = "reuse");

void write_through_empty_array(const scenario *s) {
  char *nothing = hidden(new char[s->bytes]);
  about_exactly(nothing, 0);
  by(s, flip_byte, nothing, 0);
}
void write_through_empty_array_twin(const scenario *s) {
  char *nothing = hidden(new char[s->bytes]);
  by(s, delete_bytes, nothing, 0);
}
MISUSE(write_through_empty_array, .sizes = S0, .threads = SAME | OTHER, .what = "a byte written through new char[0]",
       .found = "at the access", .secure = "zeroSizeAccess", .functions = "flip_byte", .options = "fault_reports=1");
}
