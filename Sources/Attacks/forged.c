// Overlapping blocks by forged metadata, by a free of what is no block, and by a wrong size.
#define _GNU_SOURCE // RTLD_DEFAULT
#include "attack.h"

#include <dlfcn.h>
#include <stdlib.h>

enum { LIVE = 64, SPRAY = 2048 };
static void *live[LIVE], *blocks[SPRAY];

/// Allocates; success if a block overlaps a live one or the static target.
static void collect(size_t count, size_t bytes, size_t live_bytes, const void *freed) {
    for (size_t i = 0; i < count; i++) {
        blocks[i] = take(bytes);
        if (hits_target(blocks[i], bytes) || overlaps(live, LIVE, live_bytes, blocks[i], bytes, freed))
            end_round(SUCCESS);
    }
}

/// An overflow that reaches the word in front of the next block, where allocators with headers keep its size, makes the
/// block seem larger; it is freed, and served to a larger request.
static void forge_size(size_t reach) {
    settle_in();
    static const size_t sizes[] = {24, 40, 56, 72, 88};
    const size_t bytes = sizes[dice(5)];
    spray(live, LIVE, bytes, CLEAN);
    const struct pair pair = nearest(live, LIVE);
    const size_t larger = 2 * (bytes + 8);
    // Everything between the requested size and the next block; without room there no header.
    const size_t gap = pair.distance - bytes;
    const uint64_t word = larger | 1;
    if (pair.distance < bytes + 8) end_round(FAILED);
    for (size_t i = 0; i < gap && i < reach; i++) pair.low[bytes + i] = (char)(word >> i % 8 * 8);
    free(pair.high);
    collect(SPRAY, larger - 8, bytes, pair.high);
}
static void size_word(void) { forge_size(64); }
/// Off by one: a single byte.
static void size_byte(void) { forge_size(1); }

/// What a small block of an allocator with headers in front looks like: its size, and that of a next one.
static void forge_block(uint64_t *at, size_t chunk) {
    at[0] = 0;
    at[1] = chunk | 1;
    at[chunk / 8] = 0;
    at[chunk / 8 + 1] = chunk | 1;
}

/// The victim frees a pointer into a live block, in which the attacker forged another.
static void interior(void) {
    settle_in();
    uint64_t *const buffer = take(1000);
    fill(buffer, 1000, 0);
    live[0] = buffer;
    forge_block(buffer + 8, 64);
    free(buffer + 10);
    collect(SPRAY / 2, 56, 1000, NULL);
    collect(SPRAY / 2, 1000, 1000, NULL);
}

/// The victim frees a pointer to static memory, in which the attacker forged a block.
static void in_static(void) {
    settle_in();
    forge_block(static_target + 8, 64);
    free(static_target + 10);
    collect(SPRAY, 56, 0, NULL);
}

/// The victim deletes an object as one of a larger class: allocators that trust the size file it under the wrong class.
static void wrong_size(void) {
    settle_in();
    // As a C++ program calls it: operator delete(void *, std::size_t), of whoever defines it.
    void (*sized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "_ZdlPvm");
    if (!sized) sized = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    spray(live, LIVE, 32, CLEAN);
    // Without either the size is lost, as in every program on that allocator.
    if (sized) sized(live[LIVE / 2], 512);
    else free(live[LIVE / 2]);
    collect(SPRAY, 512, 32, live[LIVE / 2]);
}

const struct strategy forged_strategies[] = {
    {"forged-size", size_word}, {"forged-size-byte", size_byte}, {"interior-free", interior},
    {"static-free", in_static}, {"wrong-size", wrong_size},      {NULL, NULL},
};
