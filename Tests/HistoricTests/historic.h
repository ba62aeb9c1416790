// What the programs of this folder share. Each is a bug that software in wide use once had, written anew from its public
// description, as small as it can be; and, with the argument `fixed`, the same code without it.
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline, visibility("default")))

// Keeps a call from becoming a jump: the caller stays in backtraces.
static volatile int after;

// True for the fixed code.
static inline bool is_fixed(int count, char **arguments) {
  if (count == 1) return false;
  if (count == 2 && !strcmp(arguments[1], "fixed")) return true;
  fprintf(stderr, "usage: %s [fixed]\n", arguments[0]);
  exit(2);
}
