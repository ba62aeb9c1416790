// smashed PATTERN: a double free by a function whose callers' frames were overwritten with a 64-bit pattern: saved registers
// and return addresses point to nowhere, or to the stack itself.
#include <stdint.h>
#include <string.h>

#include "chain.h"

static uintptr_t pattern;
static int wants_stack;

LINK void smash(char *block) {
  uintptr_t *frame = __builtin_frame_address(0);
  // What lies above our frame is the callers': none of them is returned to.
  for (int i = 0; i < 200; i++) frame[i] = wants_stack ? (uintptr_t)(frame + i % 7) : pattern;
  free(block);
  free(block);
  _Exit(3);
}

int main(int count, char **arguments) {
  char room[4096];
  memset(room, 1, sizeof room);
  if (count != 2) return 2;
  wants_stack = !strcmp(arguments[1], "stack");
  pattern = strtoull(arguments[1], NULL, 16);
  smash(malloc(40));
  return room[count];
}
