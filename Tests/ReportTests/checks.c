// Damage that no free would find: looked for at exit, when asked, or every so often. The first argument says how, the second
// how large the block is, the third which byte of it is changed (-: none).
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline, visibility("default")))

extern size_t bw_check_heap(void) __attribute__((weak));
volatile int after;
static char *volatile kept[100];

APART char *make(size_t size) {
  char *block = malloc(size);
  after++;
  return block;
}
APART void ask(size_t expected) {
  size_t count = bw_check_heap();
  if (count != expected) {
    printf("%zu damaged, expected %zu\n", count, expected);
    exit(5);
  }
  after++;
}
static void *make_many(void *size) {
  for (int i = 0; i < 100; i++) kept[i] = make((size_t)size);
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 4 || !bw_check_heap) return 2;
  const char *how = arguments[1];
  size_t size = strtoul(arguments[2], NULL, 10);
  pthread_t thread;
  if (!strcmp(how, "ended")) {
    // The blocks of a thread that is gone.
    if (pthread_create(&thread, NULL, make_many, (void *)size) || pthread_join(thread, NULL)) return 2;
  } else {
    make_many((void *)size);
  }
  char *volatile block = kept[50];
  if (!strcmp(how, "stale")) free(block);
  if (strcmp(arguments[3], "-")) ((volatile char *)block)[strtol(arguments[3], NULL, 10)] ^= 0x55;
  if (!strcmp(how, "ask")) ask(strcmp(arguments[3], "-") ? 1 : 0), ask(0);
  if (!strcmp(how, "often"))
    for (int i = 0; i < 1000; i++) free(make(10));
  puts("end");
  fflush(stdout);
  return 0;
}
