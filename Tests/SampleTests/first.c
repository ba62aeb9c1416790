// Processes that allocate little have their chance too: argv[1] of the first 20 blocks of this one are sampled. The driver
// runs it many times and adds up.
#include "sampled.h"

int main(void) {
  expect_start();
  int sampled = 0;
  for (int i = 0; i < 20; i++) sampled += is_sampled(malloc(64), 64);
  printf("%d\n", sampled);
  return expect_end();
}
