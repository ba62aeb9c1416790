// Reads a block after its free, by the first instruction of a function. With every allocation a sample, its guard stops
// that.
#include "chain.h"

LINK int use(volatile int *block) { return *block; }

LINK int user(volatile int *block) { return use(block) + after; }

int main(void) {
  for (int i = 0; i < 1000; i++) {
    int *block = malloc(100);
    *block = i;
    free(block);
    after += user(block);
  }
  return 3;
}
