// seesaw: realloc to a larger size and back to a smaller one, over and over, for several blocks in turn. With sizes on
// both sides of a boundary (of a class, of the small or medium blocks, of a mapping) every call may move the block and
// copy it. An operation is one realloc.

#include "../support.h"

static const char accepted[] =
    "seesaw SMALL LARGE BLOCKS OPERATIONS (SMALL <= LARGE: 2 to 1073741824 bytes; BLOCKS: 1 to 1000)";

enum { most_blocks = 1000 };

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    const size_t small = number(argv[1], 2, 1 << 30, accepted);
    const size_t large = number(argv[2], small, 1 << 30, accepted);
    const size_t count = number(argv[3], 1, most_blocks, accepted);
    const uint64_t operations = number(argv[4], 1, UINT64_MAX / 2, accepted);

    static unsigned char *blocks[most_blocks];
    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < count; i++) blocks[i] = make_block(small, 0);
    for (uint64_t i = 0; i < operations; i++) {
        const size_t one = i % count;
        const size_t size = (i / count) % 2 ? small : large;
        unsigned char *block = realloc(blocks[one], size);
        if (!block) give_up("memory");
        found += block[0];
        block[0] = block[size - 1] = (unsigned char)i;
        written += (unsigned char)i;
        blocks[one] = block;
    }
    for (size_t i = 0; i < count; i++) {
        found += blocks[i][0];
        free(blocks[i]);
    }
    return finish(operations, written, found);
}
