// zeroed: calloc of random sizes. An allocator that knows its memory to be zero need not clear it: fresh from the
// kernel, or cleared when it was freed. Each block is looked at before it is written to, in one byte of each cache
// line, and all those bytes are dirty when it is freed. An operation is one block; batches are freed first in first
// out.

#include "support.h"

static const char accepted[] =
    "zeroed LEAST MOST BATCH OPERATIONS (LEAST <= MOST: sizes, 2 to 1073741824 bytes; BATCH: 1 to 1000)";

enum { largest_batch = 1000, line = 64 };

static unsigned char *blocks[largest_batch];
static size_t sizes[largest_batch];

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    const size_t least = number(argv[1], 2, 1 << 30, accepted);
    const size_t most = number(argv[2], least, 1 << 30, accepted);
    const size_t batch = number(argv[3], 1, largest_batch, accepted);
    const uint64_t rounds = (number(argv[4], 1, UINT64_MAX / 2, accepted) + batch - 1) / batch;

    uint64_t seed = first_seed, written = 0, found = 0, dirt = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < batch; i++) {
            const unsigned char mark = (unsigned char)(round + i) | 1;
            sizes[i] = random_between(&seed, least, most);
            blocks[i] = calloc(sizes[i], 1);
            if (!blocks[i]) give_up("memory");
            dirt |= blocks[i][sizes[i] - 1];
            for (size_t at = 0; at < sizes[i]; at += line) {
                dirt |= blocks[i][at];
                blocks[i][at] = mark;
            }
            blocks[i][0] = blocks[i][sizes[i] - 1] = mark;
            written += 2u * mark;
        }
        for (size_t i = 0; i < batch; i++) found += drop_block(blocks[i], sizes[i]);
    }
    if (dirt) give_up("zero in a block of calloc");
    return finish(rounds * batch, written, found);
}
