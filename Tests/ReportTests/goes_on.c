// Under on_violation=report the program lives on after every kind of misuse: errno is kept, and blocks allocated later
// are whole and distinct.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"

static void expect(int condition, const char *what) {
  if (condition) return;
  printf("not so: %s\n", what);
  exit(1);
}

int main(void) {
  static int own;
  for (int round = 0; round < 3; round++) {
    errno = 77 + round;
    link_a();
    free(&own);
    char *block = malloc(64);
    free(block + 16);
    expect(errno == 77 + round, "errno is kept");
    memset(block, round, 64);
    free(block);
  }
  char *blocks[500];
  for (int i = 0; i < 500; i++) {
    blocks[i] = malloc(40);
    expect(blocks[i] != NULL, "there is memory");
    memset(blocks[i], i & 127, 40);
  }
  for (int i = 0; i < 500; i++) {
    for (int j = 0; j < 40; j++) expect(blocks[i][j] == (i & 127), "blocks are apart");
    free(blocks[i]);
  }
  puts("went on");
  return 0;
}
