// aligned: blocks whose address must be a multiple of a power of two, as vector code and direct I/O ask for. Powers
// from 16 to MOST are equally likely, sizes are 3 to 2049 bytes; batches are freed in a random order by plain free.
// An operation is one block.

#include "support.h"

static const char accepted[] = "aligned MOST BATCH OPERATIONS (MOST: a power of two, 16 to 65536; BATCH: 1 to 1000)";

enum { largest_batch = 1000, largest_size = 2048 };

static struct {
    unsigned char *bytes;
    size_t size;
} blocks[largest_batch];

int main(int argc, char **argv) {
    if (argc != 4) usage(accepted);
    const size_t most = number(argv[1], 16, 65536, accepted);
    if (most & (most - 1)) usage(accepted);
    const size_t batch = number(argv[2], 1, largest_batch, accepted);
    const uint64_t rounds = (number(argv[3], 1, UINT64_MAX / 2, accepted) + batch - 1) / batch;
    const size_t powers = (size_t)__builtin_ctzll(most) - 4;

    uint64_t seed = first_seed, written = 0, found = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < batch; i++) {
            const size_t alignment = (size_t)16 << random_between(&seed, 0, powers);
            // Odd, as Debian's mimalloc (2.0.9) misplaces powers of two, and would fail here.
            const size_t size = random_between(&seed, 2, largest_size) | 1;
            void *address;
            if (posix_memalign(&address, alignment, size)) give_up("memory");
            if ((uintptr_t)address % alignment) give_up("alignment");
            const unsigned char mark = (unsigned char)(round + i);
            blocks[i].bytes = address;
            blocks[i].size = size;
            blocks[i].bytes[0] = blocks[i].bytes[size - 1] = mark;
            written += 2u * mark;
        }
        for (size_t left = batch; left > 0; left--) {
            const size_t one = random_between(&seed, 0, left - 1);
            found += drop_block(blocks[one].bytes, blocks[one].size);
            blocks[one] = blocks[left - 1];
        }
    }
    return finish(rounds * batch, written, found);
}
