// purges: a big set is made, written to and freed, then the program rests for longer than allocators wait before they
// give memory back, and begins again. Provokes a storm of purges: what was freed is given back piece by piece, only to
// be faulted in again. Compare processor time: the rests are in the wall time. An operation is one round.

#include "../support.h"

static const char accepted[] =
    "purges LEAST MOST MEBIBYTES REST OPERATIONS (LEAST <= MOST: sizes, 16 to 16777216 bytes; MEBIBYTES: 1 to 16384; "
    "REST: 0 to 60000 milliseconds)";

struct block {
    unsigned char *bytes;
    size_t size;
};

int main(int argc, char **argv) {
    if (argc != 6) usage(accepted);
    const size_t least = number(argv[1], 16, 16 << 20, accepted);
    const size_t most = number(argv[2], least, 16 << 20, accepted);
    const size_t target = number(argv[3], 1, 16384, accepted) << 20;
    const unsigned rest = (unsigned)number(argv[4], 0, 60000, accepted);
    const uint64_t rounds = number(argv[5], 1, UINT64_MAX / 2, accepted);
    struct block *blocks = malloc((target / least + 1) * sizeof *blocks);
    if (!blocks) give_up("memory");

    uint64_t seed = first_seed, written = 0, found = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        size_t count = 0;
        for (size_t live = 0; live < target; live += blocks[count++].size) {
            const unsigned char mark = (unsigned char)(round + count);
            struct block *block = &blocks[count];
            block->size = random_between(&seed, least, most);
            block->bytes = make_block(block->size, mark);
            for (size_t at = 4096; at + 1 < block->size; at += 4096) block->bytes[at] = mark;
            written += 2u * mark;
        }
        while (count > 0) {
            count--;
            found += drop_block(blocks[count].bytes, blocks[count].size);
        }
        pause_for(rest);
    }
    free(blocks);
    return finish(rounds, written, found);
}
