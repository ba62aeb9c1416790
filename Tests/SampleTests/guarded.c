// Accesses right behind and in front of blocks of any size up to 128 KiB, allocated by one of two functions.
// guarded WHO SIZE OFFSET: reads that byte; prints "unseen" if nothing stops it.
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) char *allocate_chosen(size_t size) {
  char *block = malloc(size);
  __asm__ volatile("" : "+r"(block));  // not the last call
  return block;
}

__attribute__((noinline)) char *allocate_other(size_t size) {
  char *block = malloc(size);
  __asm__ volatile("" : "+r"(block));
  return block;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  char *(*allocate)(size_t) = arguments[1][0] == 'c' ? allocate_chosen : allocate_other;
  const size_t size = strtoul(arguments[2], NULL, 10);
  const long offset = strtol(arguments[3], NULL, 10);
  for (int i = 0; i < 100; i++) free(allocate_chosen(size)), free(allocate_other(size));
  volatile char *block = allocate(size);
  for (size_t at = 0; at < size; at++) block[at] = 'x';
  (void)block[offset];
  puts("unseen");
  free((void *)block);
  return 0;
}
