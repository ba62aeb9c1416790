// An invalid read, which no allocator sees and valgrind does.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  volatile char *block = malloc(40);
  int sum = 0;
  for (int i = 0; i <= 40; i++) sum += block[i] * 0;
  free((void *)block);
  printf("sum %d\n", sum);
  return 0;
}
