// growth: buffers that grow by realloc until they are full, then begin again: strings that are appended to (a fixed
// step), or vectors that grow by half. Several grow in turn, so that none always has free memory behind it. Old
// contents must have come along. An operation is one realloc.

#include "support.h"

static const char accepted[] =
    "growth STEP LIMIT BUFFERS OPERATIONS (STEP: 1 to 65536 bytes, or 0 for half the size; LIMIT: 64 to 1073741824 "
    "bytes; BUFFERS: 1 to 1000)";

enum { first_size = 32, most_buffers = 1000 };

static struct {
    unsigned char *bytes;
    size_t size;
} buffers[most_buffers];

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    const size_t step = number(argv[1], 0, 65536, accepted);
    const size_t limit = number(argv[2], 64, 1 << 30, accepted);
    const size_t count = number(argv[3], 1, most_buffers, accepted);
    const uint64_t operations = number(argv[4], 1, UINT64_MAX / 2, accepted);

    uint64_t seed = first_seed, written = 0, found = 0;
    for (uint64_t i = 0; i < operations; i++) {
        const size_t one = random_between(&seed, 0, count - 1);
        const size_t old = buffers[one].size;
        const size_t size = old ? old + (step ? step : old / 2) : first_size;
        unsigned char *bytes = realloc(buffers[one].bytes, size);
        if (!bytes) give_up("memory");
        if (old) found += (uint64_t)bytes[0] + bytes[old - 1];
        buffers[one].bytes = bytes;
        buffers[one].size = size;
        // All that is new is written, one byte in each cache line; the ends are what the next round expects.
        const unsigned char mark = (unsigned char)i;
        for (size_t at = old; at < size; at += 64) bytes[at] = mark;
        bytes[0] = bytes[size - 1] = mark;
        if (size >= limit) {
            free(bytes);
            buffers[one].bytes = NULL;
            buffers[one].size = 0;
        } else {
            written += 2u * mark;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (buffers[i].size) found += drop_block(buffers[i].bytes, buffers[i].size);
    return finish(operations, written, found);
}
