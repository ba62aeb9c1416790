// Accesses that no allocator sees, and memcheck does: which one, says the argument. And legal ones of every kind, of which nothing
// may be reported: `legal`.
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define APART __attribute__((noinline))

static volatile int sink;

APART static char *make_it(size_t size) { return malloc(size); }
APART static void drop_it(char *block) { free(block); }

APART static void touch_range(volatile char *block, size_t size) {
  for (size_t i = 0; i < size; i++) block[i] = (char)i;
  for (size_t i = 0; i < size; i++)
    if (block[i] != (char)i) sink++;
}

static void use_legally(unsigned seed) {
  enum { count = 300 };
  static _Thread_local char *blocks[count];
  static _Thread_local size_t sizes[count];
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < count; i++) {
      seed = seed * 1103515245 + 12345;
      size_t size = (seed >> 8) % (seed >> 28 ? 700 : 200000) + 1;
      unsigned way = seed >> 24 & 7;
      if (blocks[i] && way < 3) {
        char *grown = realloc(blocks[i], size);
        size_t kept = size < sizes[i] ? size : sizes[i];
        // What was kept is defined.
        for (size_t at = 0; at < kept; at++)
          if (grown[at] != (char)at) sink = -1;
        blocks[i] = grown;
      } else {
        free(blocks[i]);
        if (way == 3) {
          blocks[i] = calloc(1, size);
          for (size_t at = 0; at < size; at++)
            if (blocks[i][at]) sink = -1;
        } else if (way == 4) {
          blocks[i] = aligned_alloc(256, (size + 255) / 256 * 256);
        } else {
          blocks[i] = malloc(size);
        }
      }
      sizes[i] = size;
      touch_range(blocks[i], size);
      if (malloc_usable_size(blocks[i]) < size) sink = -1;
    }
  }
  for (int i = 0; i < count; i++) {
    free(blocks[i]);
    blocks[i] = NULL;
  }
}
static void *thread(void *seed) {
  use_legally((unsigned)(size_t)seed);
  return NULL;
}

int main(int count, char **arguments) {
  const char *what = count == 2 ? arguments[1] : "";
  if (!strcmp(what, "legal")) {
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) pthread_create(&threads[i], NULL, thread, (void *)(i + 7));
    use_legally(3);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    pid_t child = fork();
    if (!child) {
      use_legally(4);
      _exit(0);
    }
    waitpid(child, NULL, 0);
    void *huge = malloc(40 << 20);
    huge = realloc(huge, 50 << 20);
    memset(huge, 1, 50 << 20);
    free(huge);
    malloc_trim(0);
    puts(sink < 0 ? "lost" : "legal");
    return 0;
  }
  // Memcheck takes an address within 16 bytes of two blocks for either one's: so the freed one is longer.
  size_t size = !strcmp(what, "large") ? 300000 : !strcmp(what, "freed") ? 200 : 40;
  volatile char *block = make_it(size);
  if (!strcmp(what, "undefined")) {
    if (block[5]) sink++;
  } else if (!strcmp(what, "after") || !strcmp(what, "large")) {
    sink += block[size];
  } else if (!strcmp(what, "before")) {
    sink += block[-1];
  } else if (!strcmp(what, "write")) {
    // Put back, so that the library has nothing to report.
    char old = block[size];
    block[size] = 1;
    block[size] = old;
  } else if (!strcmp(what, "freed")) {
    drop_it((char *)block);
    sink += block[100];
    block = NULL;
  } else if (!strcmp(what, "copy")) {
    static char place[64];
    memcpy(place, (char *)block, size + 1);
    sink += place[0] != 0;
  }
  drop_it((char *)block);
  puts("end");
  return 0;
}
