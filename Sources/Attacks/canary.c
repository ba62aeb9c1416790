// What stands between two blocks: guessed, or read and written back. The goal is always that a victim's field holds the
// attacker's value after the overflowed block was freed, so that what is checked at free was checked.
#include "attack.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 512 };
static void *blocks[BLOCKS];

/// A size whose blocks have nothing but 8 bytes beyond it, where canaries or headers are: one below a class or a chunk.
static size_t full_size(void) {
    static const size_t sizes[] = {24, 40, 56, 72, 104};
    return sizes[dice(5)];
}

static struct pair side_by_side(size_t bytes) {
    settle_in();
    spray(blocks, BLOCKS, bytes, CLEAN);
    return nearest(blocks, BLOCKS);
}

/// Overflows the lower block up to the upper one's first field, with `between` (repeated) in the bytes in between.
static void overflow(struct pair pair, size_t bytes, const char *between, size_t length) {
    for (size_t at = bytes; at < pair.distance; at++) pair.low[at] = between[(at - bytes) % length];
    write_word(pair.high, MARK);
    free(pair.low);
    end_if_reached(read_word(pair.high) == MARK);
}

/// One guess: eight bytes, of the shape that canaries are known to have.
static void guessed(void) {
    const size_t bytes = full_size();
    uint64_t guess = dice(UINT64_MAX);
    guess = (guess | 1) & ~(uint64_t)0xFF00;
    overflow(side_by_side(bytes), bytes, (const char *)&guess, 8);
}

/// The bytes between the two blocks are read before (an overread by the same bug), and written back.
static void leaked(void) {
    const size_t bytes = some_size(24, 248);
    const struct pair pair = side_by_side(bytes);
    static char between[1024];
    const size_t length = pair.distance - bytes;
    memcpy(between, pair.low + bytes, length);
    overflow(pair, bytes, between, length ? length : 1);
}

/// The bytes behind another block of the same size are read, and tried here.
static void leaked_elsewhere(void) {
    const size_t bytes = full_size();
    const struct pair pair = side_by_side(bytes);
    static char between[1024];
    const size_t length = pair.distance - bytes;
    const char *other = pair.low;
    while (other == pair.low) other = blocks[dice(BLOCKS)];
    for (size_t i = 0; i < length; i++) between[i] = other[bytes + i];
    overflow(pair, bytes, between, length ? length : 1);
}

/// Against Bulwark's seals: one byte of the last word, which also tells how many bytes were requested, is changed by a write
/// that steps over the canaries in front of it. Success if the block has another size now, and nobody says so.
static void resized(void) {
    settle_in();
    spray(blocks, 16, 3000, CLEAN);
    // As many canaries as there can be, so that a seal that tells of fewer finds them.
    const size_t room = malloc_usable_size(blocks[0]) + nearest(blocks, 16).distance - 3000 - 8;
    const size_t bytes = room - 64;
    char *const block = take(bytes);
    block[room + 2] = (char)dice(256);
    if (malloc_usable_size(block) == bytes) end_round(FAILED);
    free(block);
    end_round(SUCCESS);
}

const struct strategy canary_strategies[] = {
    {"canary-guess", guessed},
    {"canary-leak", leaked},
    {"canary-leak-other", leaked_elsewhere},
    {"canary-size", resized},
    {NULL, NULL},
};
