// Blocks that are ended by another family of functions than they came from, or with another alignment.
#include <cstdlib>
#include <new>

#include "objects.h"

// What follows the sizes: only the debug variant knows where blocks come from.
#define FOUND(text, outcome)                                                                          \
  .threads = SAME | OTHER, .what = text, .found = "by the call, in debug alone", .secure = "harmless", \
  .debug = outcome, .release = "harmless"

extern "C" {

// The steps; the number is an alignment where one is needed.
__attribute__((noipa)) void end_by_free(char *block, size_t) { free(hidden(block)); }
__attribute__((noipa)) void end_by_realloc(char *block, size_t) { free(hidden(realloc(hidden(block), 300))); }
__attribute__((noipa)) void end_by_delete(char *block, size_t) { ::operator delete(hidden(block)); }
__attribute__((noipa)) void end_by_delete_array(char *block, size_t) { ::operator delete[](hidden(block)); }
__attribute__((noipa)) void end_by_aligned_delete(char *block, size_t alignment) {
  ::operator delete(hidden(block), std::align_val_t(alignment));
}

static char *by_malloc(const scenario *s) { return static_cast<char *>(hidden(malloc(s->bytes))); }
static char *by_aligned_alloc(const scenario *s) {
  return static_cast<char *>(hidden(aligned_alloc(64, (s->bytes + 63) / 64 * 64)));
}
static char *by_new(const scenario *s) { return static_cast<char *>(hidden(::operator new(s->bytes))); }
static char *by_new_array(const scenario *s) { return static_cast<char *>(hidden(::operator new[](s->bytes))); }
static char *by_aligned_new(const scenario *s) {
  return static_cast<char *>(hidden(::operator new(s->bytes, std::align_val_t(64))));
}

// A misuse that makes a block in one way and ends it in another; its twin ends it in the right one.
#define PAIR(name, make, wrong_end, right_end, text)                               \
  void name(const scenario *s) {                                                   \
    char *block = make(s);                                                         \
    about_exactly(block, s->bytes);                                                \
    by(s, wrong_end, block, 0);                                                    \
  }                                                                                \
  void name##_twin(const scenario *s) { by(s, right_end, make(s), 0); }            \
  MISUSE(name, .sizes = S24 | S5000 | S20000 | S200000 | S40M,                     \
         FOUND(text, "mismatchedDeallocation"), .functions = #wrong_end)

PAIR(free_of_new, by_new, end_by_free, end_by_delete, "free of what new made");
PAIR(free_of_new_array, by_new_array, end_by_free, end_by_delete_array, "free of what new[] made");
PAIR(realloc_of_new, by_new, end_by_realloc, end_by_delete, "realloc of what new made");
PAIR(delete_of_malloc, by_malloc, end_by_delete, end_by_free, "delete of what malloc made");
PAIR(delete_array_of_malloc, by_malloc, end_by_delete_array, end_by_free, "delete[] of what malloc made");
PAIR(delete_of_new_array, by_new_array, end_by_delete, end_by_delete_array, "delete of what new[] made");
PAIR(delete_array_of_new, by_new, end_by_delete_array, end_by_delete, "delete[] of what new made");

void delete_of_aligned_alloc(const scenario *s) {
  char *block = by_aligned_alloc(s);
  about_exactly(block, (s->bytes + 63) / 64 * 64);
  by(s, end_by_delete, block, 0);
}
void delete_of_aligned_alloc_twin(const scenario *s) { by(s, end_by_free, by_aligned_alloc(s), 0); }
MISUSE(delete_of_aligned_alloc, .sizes = S24 | S5000,
       FOUND("delete of what aligned_alloc made", "mismatchedDeallocation"), .functions = "end_by_delete");

void plain_delete_of_aligned_new(const scenario *s) {
  char *block = by_aligned_new(s);
  about_exactly(block, s->bytes);
  by(s, end_by_delete, block, 0);
}
void plain_delete_of_aligned_new_twin(const scenario *s) { by(s, end_by_aligned_delete, by_aligned_new(s), 64); }
MISUSE(plain_delete_of_aligned_new, .sizes = S24 | S5000 | S200000,
       FOUND("delete without alignment of what aligned new made", "alignmentMismatch"), .functions = "end_by_delete");

void aligned_delete_of_plain_new(const scenario *s) {
  char *block = by_new(s);
  about_exactly(block, s->bytes);
  by(s, end_by_aligned_delete, block, 64);
}
void aligned_delete_of_plain_new_twin(const scenario *s) { by(s, end_by_delete, by_new(s), 0); }
MISUSE(aligned_delete_of_plain_new, .sizes = S24 | S5000 | S200000,
       FOUND("aligned delete of what new made without alignment", "alignmentMismatch"), .functions = "end_by_aligned_delete");

void delete_with_other_alignment(const scenario *s) {
  char *block = by_aligned_new(s);
  about_exactly(block, s->bytes);
  by(s, end_by_aligned_delete, block, 32);
}
void delete_with_other_alignment_twin(const scenario *s) { by(s, end_by_aligned_delete, by_aligned_new(s), 64); }
MISUSE(delete_with_other_alignment, .sizes = S24 | S5000 | S200000,
       FOUND("aligned delete with another alignment than new's", "alignmentMismatch"), .functions = "end_by_aligned_delete");

void realloc_of_aligned(const scenario *s) {
  char *block = by_aligned_alloc(s);
  about_exactly(block, (s->bytes + 63) / 64 * 64);
  by(s, end_by_realloc, block, 0);
}
void realloc_of_aligned_twin(const scenario *s) { by(s, end_by_realloc, by_malloc(s), 0); }
MISUSE(realloc_of_aligned, .sizes = S24 | S5000 | S200000, .threads = SAME | OTHER,
       .what = "realloc of what aligned_alloc made, with the option realloc_aligned=abort",
       .found = "by the call, in debug alone", .secure = "anything", .debug = "reallocationOfAligned",
       .functions = "end_by_realloc", .options = "realloc_aligned=abort");
}
