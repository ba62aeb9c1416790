// swing: the number of live blocks of one class goes up and down around a fixed size, by a random 20 to 500 blocks each
// time, and random ones go. Provokes lists that refill just to be given back, and pages that are emptied and wanted
// again at once, at whatever thresholds an allocator has. An operation is one block freed and allocated.

#include "../support.h"

static const char accepted[] =
    "swing SIZE BLOCKS OPERATIONS (SIZE: 2 to 1048576 bytes; BLOCKS: 1 to 1000000 that are always there)";

enum { least_swing = 20, most_swing = 500 };

int main(int argc, char **argv) {
    if (argc != 4) usage(accepted);
    const size_t size = number(argv[1], 2, 1 << 20, accepted);
    const size_t base = number(argv[2], 1, 1000000, accepted);
    const uint64_t operations = number(argv[3], 1, UINT64_MAX / 2, accepted);
    unsigned char **blocks = malloc((base + most_swing) * sizeof *blocks);
    if (!blocks) give_up("memory");

    uint64_t seed = first_seed, written = 2 * base, found = 0;
    for (size_t i = 0; i < base; i++) blocks[i] = make_block(size, 1);
    for (uint64_t done = 0; done < operations;) {
        size_t swing = random_between(&seed, least_swing, most_swing);
        if (swing > operations - done) swing = operations - done;
        for (size_t i = 0; i < swing; i++) blocks[base + i] = make_block(size, 1);
        for (size_t count = base + swing; count > base; count--) {
            const size_t one = random_between(&seed, 0, count - 1);
            found += drop_block(blocks[one], size);
            blocks[one] = blocks[count - 1];
        }
        written += 2 * swing;
        done += swing;
    }
    for (size_t i = 0; i < base; i++) found += drop_block(blocks[i], size);
    free(blocks);
    return finish(operations, written, found);
}
