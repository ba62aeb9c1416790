// No call site is favoured: of eight that allocate in turn, in a loop whose length divides that of every batch, each gets an
// eighth of the samples. 800,000 allocations at one in 100 are 8,000 samples, 1,000 a site, ± 6·√1,000 = 190.
#include "sampled.h"

enum { sites = 8, rounds = 100000, size = 64 };

int main(void) {
  expect_start();
  long counts[sites] = {0};
  for (int round = 0; round < rounds; round++) {
    char *blocks[sites];
    for (int site = 0; site < sites; site++) {
      blocks[site] = malloc(size);
      counts[site] += is_sampled(blocks[site], size);
    }
    for (int site = 0; site < sites; site++) free(blocks[site]);
  }
  for (int site = 0; site < sites; site++)
    EXPECT_IN(labs(counts[site] - 1000) < 190, "site %d: %ld samples", site, counts[site]);
  return expect_end();
}
