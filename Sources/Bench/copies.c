// copies: the same number of bytes is copied again and again between two places: blocks of the allocator, or static
// memory. What does a call of memcpy cost where calls are checked (flag guardedCopies)? An operation is one call.

#include <string.h>

#include "support.h"

static const char accepted[] =
    "copies SIZE FROM TO OPERATIONS (SIZE: 2 to 65536 bytes; FROM, TO: block or static)";

enum { largest = 1 << 16, places = 64 };

static unsigned char fixed[2][largest];
/// Taken in turn, so that branches and caches see more than one block.
static unsigned char *sources[places], *targets[places];

static void choose(unsigned char **chosen, const char *kind, size_t size, unsigned char *memory) {
    const int is_block = !strcmp(kind, "block");
    if (!is_block && strcmp(kind, "static")) usage(accepted);
    for (int i = 0; i < places; i++) chosen[i] = is_block ? make_block(size, 0) : memory;
}

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    const size_t size = number(argv[1], 2, largest, accepted);
    choose(sources, argv[2], size, fixed[0]);
    choose(targets, argv[3], size, fixed[1]);
    const uint64_t operations = number(argv[4], 1, UINT64_MAX / 2, accepted);

    // Each source has its mark all the time: a byte that was just written would delay the load that includes it.
    const uint64_t rounds = (operations + places - 1) / places;
    uint64_t written = 0, found = 0;
    for (int i = 0; i < places; i++) {
        sources[i][0] = (unsigned char)(argv[2][0] == 'b' ? i : 1);
        written += rounds * sources[i][0];
    }
    for (uint64_t i = 0; i < rounds; i++) {
        for (int place = 0; place < places; place++) {
            memcpy(targets[place], sources[place], size);
            found += targets[place][0];
        }
    }
    return finish(rounds * places, written, found);
}
