// fragment: a live set of constant size whose shape changes, phase by phase: small blocks give way to larger ones and
// back, at random places, so that every phase finds the holes of those before it. How much memory does the process
// hold at its peak, and how much when nearly all is freed? Wilson, Johnstone, Neely and Boles (Dynamic Storage
// Allocation: A Survey and Critical Review, 1995) say why changes of phase are what fragments. An operation is one
// block.

#include <string.h>

#include "support.h"

static const char accepted[] = "fragment MEBIBYTES OPERATIONS (MEBIBYTES: 1 to 4096 live)";

/// Sizes in each phase. A phase ends when it has allocated as much as is live: much of the old is gone then, not all.
static const struct {
    size_t least, most;
} phases[] = {{48, 96}, {512, 2048}, {64, 160}, {4096, 32768}, {96, 512}, {16384, 262144}, {64, 1024}, {160, 200}};

enum { phase_count = sizeof phases / sizeof *phases, kept_of_all = 500 };

static unsigned char **blocks;
static size_t count, live, peak;
static uint64_t written, found;

/// Each block tells its own size in its first bytes, so that the table beside the blocks stays small.
static void make(size_t size) {
    unsigned char *block = make_block(size, 0);
    const uint32_t told = (uint32_t)size;
    memcpy(block, &told, sizeof told);
    for (size_t at = 64; at < size; at += 4096) block[at] = 1;
    block[size - 1] = (unsigned char)size;
    written += (unsigned char)size;
    blocks[count++] = block;
    live += size;
    if (live > peak) peak = live;
}

static void drop(size_t one) {
    unsigned char *block = blocks[one];
    uint32_t size;
    memcpy(&size, block, sizeof size);
    found += block[size - 1];
    free(block);
    blocks[one] = blocks[--count];
    live -= size;
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    const size_t target = number(argv[1], 1, 4096, accepted) << 20;
    const uint64_t operations = number(argv[2], 1, UINT64_MAX / 2, accepted);
    blocks = malloc(target / phases[0].least * sizeof *blocks);
    if (!blocks) give_up("memory");

    uint64_t seed = first_seed;
    size_t phase = 0, allocated = 0;
    for (uint64_t i = 0; i < operations; i++) {
        const size_t size = random_between(&seed, phases[phase].least, phases[phase].most);
        while (live + size > target) drop(random_between(&seed, 0, count - 1));
        make(size);
        if ((allocated += size) > target) {
            allocated = 0;
            phase = (phase + 1) % phase_count;
        }
    }
    figure("live-peak", (double)peak, "bytes");
    figure("resident-full", resident_bytes(), "bytes");

    for (size_t left = count / kept_of_all; count > left;) drop(random_between(&seed, 0, count - 1));
    figure("live-final", (double)live, "bytes");
    figure("resident-freed", resident_bytes(), "bytes");
    // A program that goes on a little gives the allocator its chance to return what it had kept.
    for (int i = 0; i < 20; i++) {
        const size_t before = count;
        pause_for(50);
        for (int one = 0; one < 1000; one++) make(random_between(&seed, 96, 512));
        while (count > before) drop(count - 1);
    }
    figure("resident-final", resident_bytes(), "bytes");
    while (count) drop(count - 1);
    free(blocks);
    return finish(operations, written, found);
}
