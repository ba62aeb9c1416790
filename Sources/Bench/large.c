// large: blocks of many OS pages, a few held at a time, a random one replaced: frames of a video, tiles of a map.
// `ends` writes only the first and last byte, so the allocator's own cost is seen; `all` writes to every OS page, so
// memory that was given back to the kernel too eagerly is faulted in again. An operation is one block replaced.

#include <string.h>

#include "support.h"

static const char accepted[] =
    "large LEAST MOST HELD TOUCH OPERATIONS (LEAST <= MOST: sizes, 4096 to 1073741824 bytes; HELD: 1 to 1000 blocks; "
    "TOUCH: ends or all)";

enum { most_held = 1000, os_page = 4096 };

static unsigned char *blocks[most_held];
static size_t sizes[most_held];

int main(int argc, char **argv) {
    if (argc != 6) usage(accepted);
    const size_t least = number(argv[1], 4096, 1 << 30, accepted);
    const size_t most = number(argv[2], least, 1 << 30, accepted);
    const size_t held = number(argv[3], 1, most_held, accepted);
    const int all = !strcmp(argv[4], "all");
    if (!all && strcmp(argv[4], "ends")) usage(accepted);
    const uint64_t operations = number(argv[5], 1, UINT64_MAX / 2, accepted);

    uint64_t seed = first_seed, written = 0, found = 0;
    for (uint64_t i = 0; i < operations; i++) {
        const size_t one = random_between(&seed, 0, held - 1);
        if (blocks[one]) found += drop_block(blocks[one], sizes[one]);
        const unsigned char mark = (unsigned char)i;
        sizes[one] = random_between(&seed, least, most);
        blocks[one] = make_block(sizes[one], mark);
        written += 2u * mark;
        for (size_t at = os_page; all && at + 1 < sizes[one]; at += os_page) blocks[one][at] = mark;
    }
    for (size_t one = 0; one < held; one++)
        if (blocks[one]) found += drop_block(blocks[one], sizes[one]);
    return finish(operations, written, found);
}
