// libwebp, CVE-2023-4863. Room for lookup tables of Huffman codes is computed for codes that are complete; the tables are
// built before anybody looks whether they are, and code lengths that are none need more second-level tables.
#include <stdint.h>

#include "historic.h"

enum { root_bits = 8, longest = 15, symbols = 40, room = 256 + 384 };
struct code {
  uint8_t bits;
  uint16_t value;
};

APART bool is_complete(const int *counts) {
  int left = 1;
  for (int length = 1; length <= longest; length++) left = 2 * left - counts[length];
  return left == 0;
}

// Builds the first-level table, and one of the second level for each prefix of `root_bits` that longer codes have.
APART int build_table(struct code *table, const uint8_t *lengths, bool fixed) {
  int counts[longest + 1] = {0};
  for (int i = 0; i < symbols; i++) counts[lengths[i]]++;
  counts[0] = 0;
  if (fixed && !is_complete(counts)) return 0;
  int total = 1 << root_bits;
  for (int i = 0; i < total; i++) table[i] = (struct code){root_bits, 0};
  for (int symbol = 0; symbol < symbols; symbol++) {
    if (lengths[symbol] <= root_bits) continue;
    // Each long code gets a table of its own here, as if all had different prefixes.
    int size = 1 << (lengths[symbol] - root_bits);
    for (int i = 0; i < size; i++) table[total + i] = (struct code){(uint8_t)(lengths[symbol] - root_bits), (uint16_t)symbol};
    total += size;
  }
  return is_complete(counts) ? total : 0;
}

APART int read_image(const uint8_t *lengths, bool fixed) {
  struct code *table = malloc(room * sizeof *table);
  int total = build_table(table, lengths, fixed);
  free(table);
  after++;
  return total;
}

int main(int count, char **arguments) {
  uint8_t lengths[symbols];
  for (int i = 0; i < symbols; i++) lengths[i] = 12;
  // 40 tables of 16 codes: one more row than there is room for.
  for (int i = 24; i < symbols; i++) lengths[i] = i == 24 ? 9 : 0;
  read_image(lengths, is_fixed(count, arguments));
  return 0;
}
