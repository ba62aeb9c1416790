// Secrets read: what leaks give the other strategies, links, canaries and addresses among it.
#include "attack.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 512, SECRET = 0x5EC5E75E };
static void *blocks[BLOCKS];

static bool shows_secret(const void *block, size_t bytes) {
    for (size_t at = 0; at + 8 <= bytes; at += 8) {
        if (read_word((const char *)block + at) == SECRET) return true;
    }
    return false;
}

/// The victim frees secrets, then sends uninitialised blocks of the same size.
static void remnant(size_t bytes, size_t count) {
    settle_in();
    spray(blocks, count, bytes, SECRET);
    release(blocks, count);
    for (size_t i = 0; i < count * 2; i++) {
        const void *const block = take(bytes);
        if (shows_secret(block, bytes)) end_round(SUCCESS);
    }
}
static void remnant_small(void) { remnant(some_size(24, 1000), 64); }
static void remnant_large(void) { remnant(200000 + dice(8) * 100000, 4); }

/// The victim sends more of a block than it has: the secret in the next one.
static char *buffer_amid_secrets(size_t bytes) {
    settle_in();
    spray(blocks, BLOCKS / 2, bytes, SECRET);
    char *const buffer = take(bytes);
    fill(buffer, bytes, CLEAN);
    spray(blocks + BLOCKS / 2, BLOCKS / 2, bytes, SECRET);
    return buffer;
}

static char message[8192];
static void copied(void) {
    const size_t bytes = some_size(24, 1000);
    const char *const buffer = buffer_amid_secrets(bytes);
    memcpy(message, buffer, 2048);
    end_if_reached(shows_secret(message, 2048));
}
static void read_out(void) {
    const size_t bytes = some_size(24, 1000);
    const char *const buffer = buffer_amid_secrets(bytes);
    end_if_reached(shows_secret(buffer, 2048));
}

/// The first word of a freed block, through the old pointer: a link shows where other blocks are.
static void stale(void) {
    settle_in();
    const size_t bytes = some_size(24, 1000);
    spray(blocks, 16, bytes, CLEAN);
    free(blocks[4]);
    free(blocks[9]);
    const uint64_t word = read_word(blocks[9]), block = (uintptr_t)blocks[4];
    // An address as it is, or one under the well-known XOR with its own place.
    end_if_reached(word && (word >> 20 == block >> 20 || (word ^ (uintptr_t)blocks[9] >> 12) >> 20 == block >> 20));
}

const struct strategy disclosure_strategies[] = {
    {"remnant", remnant_small}, {"remnant-large", remnant_large}, {"overread-copy", copied},
    {"overread", read_out},     {"stale-link", stale},            {NULL, NULL},
};
