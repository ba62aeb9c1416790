// Blocks that are held at exit, by whom and how many: what tables and profiles must say of them. The argument says what else to do.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline, visibility("default")))

extern bool bw_write_profile(const char *path) __attribute__((weak));
extern bool bw_write_map(const char *path) __attribute__((weak));
extern void bw_print_statistics(void) __attribute__((weak));

enum { small_count = 1000, large_count = 10 };
static char *held[small_count + large_count];
static volatile int after;

APART char *make(size_t size) {
  char *block = malloc(size);
  after++;
  return block;
}
APART void hold_small(void) {
  for (int i = 0; i < small_count; i++) held[i] = make(100);
}
APART void hold_large(void) {
  for (int i = 0; i < large_count; i++) held[small_count + i] = make(300000);
}
// 5,000 at once, which are the peak, and freed; half of them were resized.
APART void come_and_go(void) {
  static char *blocks[5000];
  for (int i = 0; i < 5000; i++) blocks[i] = make(1000);
  for (int i = 0; i < 5000; i++) {
    if (i % 2) blocks[i] = realloc(blocks[i], 1001);
    free(blocks[i]);
  }
}

int main(int count, char **arguments) {
  hold_small();
  hold_large();
  come_and_go();
  if (count == 3 && !strcmp(arguments[1], "profile")) return bw_write_profile && bw_write_profile(arguments[2]) ? 0 : 9;
  if (count == 3 && !strcmp(arguments[1], "map")) return bw_write_map && bw_write_map(arguments[2]) ? 0 : 9;
  if (count == 2 && !strcmp(arguments[1], "print") && bw_print_statistics) bw_print_statistics();
  // Not puts: stdout's buffer would be counted.
  return 0;
}
