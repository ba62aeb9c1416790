// What is allowed stays as it is: every function, from and to every kind of memory, exactly as long as there is room;
// results, contents, overlaps, and copies of nothing from and to anywhere.
#include "functions.h"
#include <sys/mman.h>

static const size_t sizes[] = {1, 2, 16, 24, 100, 1000, 5000, 30000, 100000, 131072, 200000, 3145728, 9437184};
enum { largest = 9437184 + 4096 };
static char source[largest], global[largest], stale[64];

static void expect_copy(const struct function *function, char *to, const char *from, size_t count, const char *kind) {
  long result = function->call(to, from, count, SIZE_MAX);
  EXPECT_IN(result == expected_result(function, count), "%s of %zu to %s gave %ld", function->name, count, kind, result);
  for (size_t i = 0; i < count; i++)
    if (to[i] != expected_byte(function, count, i)) {
      EXPECT_IN(0, "%s of %zu to %s: byte %zu is 0x%02x", function->name, count, kind, i, (unsigned char)to[i]);
      break;
    }
}

// A block and one made of it: all of it, and from every few bytes on to its end.
static void blocks(const struct function *function, size_t size) {
  char *to = malloc(size), *from = malloc(size);
  REQUIRE(to && from);
  size_t room = malloc_usable_size(to);
  EXPECT_EQUAL(room, malloc_usable_size(from));
  size_t step = room / 7 + 1;
  for (size_t offset = 0; offset < room; offset += step) {
    fill(from + offset, room - offset);
    expect_copy(function, to + offset, from + offset, room - offset, "a block");
  }
  // The last bytes, where a page's arithmetic is least exact.
  for (size_t left = 1; left <= 40 && left <= room; left++) {
    fill(from + room - left, left);
    expect_copy(function, to + room - left, from + room - left, left, "a block's end");
  }
  fill(from, room);
  expect_copy(function, global, from, room, "a global");
  fill(source, room);
  expect_copy(function, to, source, room, "a block, from a global");
  free(to);
  free(from);
}

static void elsewhere(const struct function *function) {
  char local[512];
  char *mapping = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(mapping != MAP_FAILED);
  for (size_t count = 1; count <= sizeof local; count += 37) {
    fill(source, count);
    expect_copy(function, local, source, count, "the stack");
    expect_copy(function, mapping + 4096 - count, source, count, "a mapping");
  }
  munmap(mapping, 1 << 20);
}

// Between all pairs of distances within one block, forwards and backwards.
static void overlaps(void) {
  enum { length = 600 };
  char *block = malloc(length), copy[length];
  REQUIRE(block != NULL);
  for (size_t from = 0; from < 70; from += 3)
    for (size_t to = 0; to < 70; to += 3)
      for (size_t count = 0; count <= length - 70; count += 53) {
        for (size_t i = 0; i < length; i++) ((volatile char *)block)[i] = ((volatile char *)copy)[i] = (char)(i * 7);
        EXPECT(memmove(block + to, block + from, count) == block + to);
        int right = 1;
        for (size_t i = 0; i < length; i++)
          right &= block[i] == (i >= to && i < to + count ? copy[from + i - to] : copy[i]);
        EXPECT_IN(right, "%zu bytes from %zu to %zu", count, from, to);
      }
  free(block);
}

// Nothing is copied from or to: NULL, nonsense, a block's end, a freed block.
static void nothing(void) {
  char *freed = malloc(40), *block = malloc(40);
  REQUIRE(freed && block);
  size_t room = malloc_usable_size(block);
  free(freed);
  char *places[] = {NULL, (char *)8, (char *)0xdead000000000000, (char *)-1, freed, OPAQUE(freed) + 20, block, block + room,
                    stale};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
    for (size_t j = 0; j < sizeof places / sizeof places[0]; j++) {
      char *to = OPAQUE(places[i]), *from = OPAQUE(places[j]);
      EXPECT(memcpy(to, from, 0) == to && memmove(to, from, 0) == to && mempcpy(to, from, 0) == to);
      EXPECT(memccpy(to, from, 0, 0) == NULL);
      EXPECT(memset(to, 1, 0) == to && strncpy(to, from, 0) == to && stpncpy(to, from, 0) == to);
      EXPECT(__memcpy_chk(to, from, 0, 0) == to && __memset_chk(to, 1, 0, 0) == to);
      bzero(to, 0), bcopy(from, to, 0), explicit_bzero(to, 0);
    }
  free(block);
}

// What only some of the functions do.
static void particulars(void) {
  char *block = malloc(32);
  REQUIRE(block != NULL);
  memset(block, 'z', 32);
  EXPECT(strncpy(block, "abc", 10) == block && memcmp(block, "abc\0\0\0\0\0\0\0zz", 12) == 0);  // the rest is zeros
  EXPECT(stpncpy(block, "abcdef", 3) == block + 3 && memcmp(block, "abc\0", 4) == 0);  // and no zero where none fits
  EXPECT(stpncpy(block, "ab", 10) == block + 2);
  EXPECT(strcat(block, "cd") == block && strcmp(block, "abcd") == 0);
  EXPECT(strncat(block, "efgh", 2) == block && strcmp(block, "abcdef") == 0);
  EXPECT(strncat(block, "gh", 100) == block && strcmp(block, "abcdefgh") == 0);
  EXPECT(strncat(block, "i", 0) == block && strcmp(block, "abcdefgh") == 0);
  EXPECT(memccpy(block, "12345", '3', 5) == block + 3 && memcmp(block, "123defgh", 9) == 0);
  EXPECT(memccpy(block, "xy", 'q', 2) == NULL && memcmp(block, "xy3defgh", 9) == 0);
  EXPECT(memset(block, 0x1ff, 3) == block && block[2] == (char)0xff && block[3] == 'd');
  free(block);
}

int main(void) {
  expect_start();
  for (int i = 0; i < function_count; i++) {
    for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) blocks(&functions[i], sizes[j]);
    elsewhere(&functions[i]);
  }
  overlaps();
  nothing();
  particulars();
  return expect_end();
}
