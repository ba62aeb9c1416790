// Adjacency: the attacker steers the layout so that an overflow reaches the victim's object, and the victim uses it.
#include "attack.h"

#include <stdlib.h>
#include <string.h>

enum { VICTIMS = 512 };
static void *victims[VICTIMS];

/// How far blocks of a size are apart: the attacker knows the allocator.
static size_t stride_of(size_t bytes) {
    void *probes[64];
    spray(probes, 64, bytes, CLEAN);
    return nearest(probes, 64).distance;
}

static bool any_changed(void) {
    for (size_t i = 0; i < VICTIMS; i++) {
        if (read_word(victims[i]) == MARK) return true;
    }
    return false;
}

/// Two allocations, one after the other; a write past the first, as far as one block.
static void successive(void) {
    settle_in();
    const size_t bytes = some_size(24, 1000), stride = stride_of(bytes);
    char *const buffer = take(bytes);
    void *const victim = take(bytes);
    fill(buffer, bytes, CLEAN);
    fill(victim, bytes, CLEAN);
    write_word(buffer + stride, MARK);
    end_if_reached(read_word(victim) == MARK);
}

/// The attacker makes a hole of two blocks, in which buffer and victim shall come to lie side by side.
static void groomed(void) {
    settle_in();
    const size_t bytes = some_size(24, 1000);
    static void *fillers[256];
    spray(fillers, 256, bytes, CLEAN);
    const size_t stride = nearest(fillers, 256).distance;
    free(fillers[201]);
    free(fillers[200]);
    char *const buffer = take(bytes);
    void *const victim = take(bytes);
    fill(buffer, bytes, CLEAN);
    fill(victim, bytes, CLEAN);
    write_word(buffer + stride, MARK);
    end_if_reached(read_word(victim) == MARK);
}

/// Many victims, allocated before and after the vulnerable buffer.
static char *amid_victims(size_t bytes, size_t *stride) {
    settle_in();
    spray(victims, VICTIMS / 2, bytes, CLEAN);
    char *const buffer = take(bytes);
    fill(buffer, bytes, CLEAN);
    spray(victims + VICTIMS / 2, VICTIMS / 2, bytes, CLEAN);
    *stride = nearest(victims, VICTIMS).distance;
    return buffer;
}

/// A loop writes over all that is between the buffer's end and the next block's first field, which is used at once.
static void sprayed(void) {
    size_t stride;
    const size_t bytes = some_size(24, 1000);
    char *const buffer = amid_victims(bytes, &stride);
    for (size_t at = bytes / 8 * 8; at <= stride; at += 8) write_word(buffer + at, MARK);
    end_if_reached(any_changed());
}

/// The same, but the buffer is freed before anybody uses the victims.
static void sprayed_and_freed(void) {
    size_t stride;
    const size_t bytes = some_size(24, 1000);
    char *const buffer = amid_victims(bytes, &stride);
    for (size_t at = bytes / 8 * 8; at <= stride; at += 8) write_word(buffer + at, MARK);
    free(buffer);
    end_if_reached(any_changed());
}

/// A copy with a wrong length, as most overflows are.
static void copied(void) {
    size_t stride;
    const size_t bytes = some_size(64, 1000);
    char *const buffer = amid_victims(bytes, &stride);
    static uint64_t message[512];
    fill(message, sizeof message, MARK);
    memcpy(buffer, message, stride + 8);
    end_if_reached(any_changed());
}

/// A write that steps over everything in between: one field of the next block, by an index that nobody checked. Everything is
/// freed before the victims count.
static void jumped(void) {
    size_t stride;
    const size_t bytes = some_size(24, 1000);
    char *const buffer = amid_victims(bytes, &stride);
    write_word(buffer + stride, MARK);
    free(buffer);
    end_if_reached(any_changed());
}

const struct strategy overflow_strategies[] = {
    {"adjacent", successive},         {"adjacent-groomed", groomed}, {"overflow-spray", sprayed},
    {"overflow-freed", sprayed_and_freed}, {"overflow-copy", copied},     {"overflow-jump", jumped},
    {NULL, NULL},
};
