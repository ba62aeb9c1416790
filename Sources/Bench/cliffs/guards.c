// guards: half a mebibyte of one size, freed; then of the next size, and so on, through sizes from 1 to 128 KiB over
// and over. Every step empties all pages that the step before had made, and makes new ones: a storm of guards set up
// and taken down, of runs of memory that change their class. An operation is one block.

#include "../support.h"

static const char accepted[] = "guards OPERATIONS";

enum { target = 512 << 10, first_size = 1 << 10, last_size = 128 << 10, most_blocks = target / first_size };

int main(int argc, char **argv) {
    if (argc != 2) usage(accepted);
    const uint64_t operations = number(argv[1], 1, UINT64_MAX / 2, accepted);

    static unsigned char *blocks[most_blocks];
    uint64_t done = 0, written = 0, found = 0;
    for (size_t size = first_size; done < operations; size = size < last_size ? size + size / 4 : first_size) {
        size_t count = target / size;
        if (count > operations - done) count = operations - done;
        for (size_t i = 0; i < count; i++) {
            const unsigned char mark = (unsigned char)(done + i);
            blocks[i] = make_block(size, mark);
            written += 2u * mark;
        }
        for (size_t i = 0; i < count; i++) found += drop_block(blocks[i], size);
        done += count;
    }
    return finish(operations, written, found);
}
