// live: so many blocks are kept, and random ones are replaced. For the scaling series: with the same number of
// replacements, time must not depend on how many blocks or bytes are live, but for the caches that every program loses
// as it grows. Filling, replacing and clearing are timed apart: a scaling chart wants the figure `operation`, as most of
// the whole time may be page faults. An operation is one replacement.

#include <string.h>

#include "support.h"

static const char accepted[] =
    "live BLOCKS LEAST MOST OPERATIONS (BLOCKS: 1 to 1000000000; LEAST <= MOST: sizes, 8 to 1073741824 bytes)";

static unsigned char **blocks;
static size_t count, least, most, live_bytes;
static uint64_t seed = first_seed, written, found;

/// Each block tells its own size in its first bytes, so that the table beside the blocks stays small.
static void fill(size_t one) {
    const uint32_t size = (uint32_t)random_between(&seed, least, most);
    unsigned char *block = make_block(size, 0);
    memcpy(block, &size, sizeof size);
    for (size_t at = 64; at < size; at += 4096) block[at] = 1;
    block[size - 1] = (unsigned char)(size | 1);
    written += (unsigned char)(size | 1);
    blocks[one] = block;
    live_bytes += size;
}

static void drop(size_t one) {
    uint32_t size;
    memcpy(&size, blocks[one], sizeof size);
    found += blocks[one][size - 1];
    free(blocks[one]);
    live_bytes -= size;
}

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    count = number(argv[1], 1, 1000000000, accepted);
    least = number(argv[2], 8, 1 << 30, accepted);
    most = number(argv[3], least, 1 << 30, accepted);
    const uint64_t operations = number(argv[4], 1, UINT64_MAX / 2, accepted);
    const double before = resident_bytes();
    blocks = malloc(count * sizeof *blocks);
    if (!blocks) give_up("memory");

    uint64_t start = now();
    for (size_t one = 0; one < count; one++) fill(one);
    figure("fill", (double)(now() - start) / (double)count, "ns");

    start = now();
    for (uint64_t i = 0; i < operations; i++) {
        const size_t one = random_between(&seed, 0, count - 1);
        drop(one);
        fill(one);
    }
    figure("operation", (double)(now() - start) / (double)operations, "ns");
    figure("live", (double)live_bytes, "bytes");
    figure("resident", resident_bytes() - before, "bytes");

    start = now();
    for (size_t one = 0; one < count; one++) drop(one);
    figure("clear", (double)(now() - start) / (double)count, "ns");
    free(blocks);
    return finish(operations, written, found);
}
