// Frees a block twice.
#include <stdlib.h>

__attribute__((noinline)) static void end(char *block) {
  free(block);
  __asm__ volatile("");
}

int main(void) {
  char *block = malloc(40);
  end(block);
  end(block);
  return 0;
}
