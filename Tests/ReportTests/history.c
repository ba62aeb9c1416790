// Misuse of blocks whose past is known: who allocated, and who freed, by function and thread. The argument says which.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline, visibility("default")))

volatile int after;

APART char *make(size_t size) {
  char *block = malloc(size);
  after++;
  return block;
}
APART char *grow(char *block, size_t size) {
  block = realloc(block, size);
  after++;
  return block;
}
APART char *make_zeroed(size_t size) {
  char *block = calloc(1, size);
  after++;
  return block;
}
APART char *make_aligned(size_t size) {
  char *block = aligned_alloc(64, size);
  after++;
  return block;
}
APART void drop(char *block) {
  free(block);
  after++;
}
APART void again(char *block) {
  free(block);
  after++;
}
static void *drop_elsewhere(void *block) {
  drop(block);
  return NULL;
}
static void in_thread(void *block) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, drop_elsewhere, block) || pthread_join(thread, NULL)) _Exit(2);
}

int main(int count, char **arguments) {
  const char *what = count == 3 ? arguments[1] : "";
  size_t size = count == 3 ? strtoul(arguments[2], NULL, 10) : 0;
  if (!strcmp(what, "twice")) {
    char *block = make(size);
    drop(block);
    again(block);
  } else if (!strcmp(what, "elsewhere")) {
    char *block = make_zeroed(size);
    in_thread(block);
    again(block);
  } else if (!strcmp(what, "grown")) {
    char *old = make(size), *block = grow(old, size * 3);
    if (block != old) again(old);
    else again(block), again(block);
  } else if (!strcmp(what, "overflow")) {
    char *block = make_aligned(size);
    ((volatile char *)block)[size] ^= 0x55;  // not what was there by chance
    drop(block);
  } else if (!strcmp(what, "inside")) {
    char *block = make(size);
    again(block + 16);
  } else if (!strcmp(what, "stale")) {
    char *block = make(size);
    drop(block);
    ((volatile char *)block)[8] = 1;
    for (int i = 0; i < 2000; i++) make(size);
  }
  return 3;
}
