// longlist: very many blocks of one class are freed in a random order, then all are allocated again. Provokes free
// lists that are as long as they can be and jump through all of memory at each step, and pages that stay half empty
// until the very end. An operation is one block freed and allocated.

#include "../support.h"

static const char accepted[] = "longlist SIZE BLOCKS OPERATIONS (SIZE: 2 to 65536 bytes; BLOCKS: 1 to 10000000)";

int main(int argc, char **argv) {
    if (argc != 4) usage(accepted);
    const size_t size = number(argv[1], 2, 65536, accepted);
    const size_t count = number(argv[2], 1, 10000000, accepted);
    const uint64_t rounds = (number(argv[3], 1, UINT64_MAX / 2, accepted) + count - 1) / count;
    unsigned char **blocks = malloc(count * sizeof *blocks);
    if (!blocks) give_up("memory");

    uint64_t seed = first_seed, written = 0, found = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            const unsigned char mark = (unsigned char)(round + i);
            blocks[i] = make_block(size, mark);
            written += 2u * mark;
        }
        for (size_t left = count; left > 0; left--) {
            const size_t one = random_between(&seed, 0, left - 1);
            found += drop_block(blocks[one], size);
            blocks[one] = blocks[left - 1];
        }
    }
    free(blocks);
    return finish(rounds * count, written, found);
}
