// Damage that a debugger asks for: the byte behind a block is changed, and a block is lost; then `stop` is called.
#include <stdlib.h>
#include <string.h>

static volatile int after;
static char *volatile kept;

__attribute__((noinline)) void stop(void) { after++; }

__attribute__((noinline)) void lose(void) {
  char *volatile block = malloc(77);
  block = NULL;
  after += block == NULL;
}

__attribute__((noinline)) void forget(void) {
  volatile char room[16384];
  for (size_t i = 0; i < sizeof room; i++) room[i] = 0;
}

int main(void) {
  kept = malloc(40);
  memset(kept, 'x', 40);
  lose();
  forget();
  kept[40] ^= 1;
  stop();
  kept[40] ^= 1;
  free(kept);
  return 0;
}
