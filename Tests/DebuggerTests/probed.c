// What probes are asked about: sizes that nobody else asks for, and what became of them.
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline, visibility("default"))) void stop(void) { __asm__ volatile(""); }

int main(int count, char **arguments) {
  stop();
  char *small = malloc(1237), *zeroed = calloc(3, 411), *aligned = aligned_alloc(64, 1280), *large = malloc(1234567);
  printf("small %p zeroed %p aligned %p large %p\n", (void *)small, (void *)zeroed, (void *)aligned, (void *)large);
  char *former = small;
  small = realloc(small, 4567);
  printf("resized %p from %p\n", (void *)small, (void *)former);
  fflush(stdout);
  free(small);
  free(zeroed);
  free(aligned);
  free(large);
  (void)arguments;
  if (count > 1) free(aligned);
  return 0;
}
