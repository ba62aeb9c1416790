// thrash: blocks big enough to be worth giving back, each written to in full, only a few live at a time, the oldest
// replaced first. An allocator that lets freed blocks wait before their memory is used again has each new one fault in
// fresh memory, round after round. An operation is one block.

#include <string.h>

#include "../support.h"

static const char accepted[] =
    "thrash LEAST MOST HELD OPERATIONS (LEAST <= MOST: sizes, 4096 to 16777216 bytes; HELD: 1 to 100 blocks)";

enum { most_held = 100 };

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    const size_t least = number(argv[1], 4096, 16 << 20, accepted);
    const size_t most = number(argv[2], least, 16 << 20, accepted);
    const size_t held = number(argv[3], 1, most_held, accepted);
    const uint64_t operations = number(argv[4], 1, UINT64_MAX / 2, accepted);

    static unsigned char *blocks[most_held];
    static size_t sizes[most_held];
    uint64_t seed = first_seed, written = 0, found = 0;
    for (uint64_t i = 0; i < operations; i++) {
        const size_t one = i % held;
        const unsigned char mark = (unsigned char)i;
        if (blocks[one]) found += drop_block(blocks[one], sizes[one]);
        sizes[one] = random_between(&seed, least, most);
        blocks[one] = make_block(sizes[one], 0);
        memset(blocks[one], mark, sizes[one]);
        written += 2u * mark;
    }
    for (size_t one = 0; one < held; one++)
        if (blocks[one]) found += drop_block(blocks[one], sizes[one]);
    return finish(operations, written, found);
}
