// Functions that call each other down to a double free: what a report must name, innermost first: link_c, link_b, link_a.
// Each does something after its call, so that none becomes a jump.
#pragma once
#include <stdlib.h>

#define LINK __attribute__((noinline, visibility("default")))

extern volatile int after;
volatile int after;

LINK void link_c(char *block) {
  free(block);
  free(block);
  after++;
}
LINK void link_b(char *block) {
  // A frame of some size, whose registers must be found again.
  volatile char room[200];
  room[(size_t)block % sizeof room] = 1;
  link_c(block);
  after += room[0];
}
LINK void link_a(void) {
  link_b(malloc(40));
  after++;
}
