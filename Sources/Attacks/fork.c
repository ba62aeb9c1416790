// A server that forks: its children have the same heap, so that what one betrays holds in the next, and each may die over a
// guess.
#include "attack.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS = 64, BYTES = 40 };
static void *blocks[BLOCKS];

/// A child that does its work and comes back with a status, or with -1 if it was ended by a signal.
static int in_child(int (*work)(const void *), const void *argument) {
    const pid_t child = fork();
    if (child < 0) end_round(BROKEN);
    if (child == 0) _exit(work(argument));
    int status;
    if (waitpid(child, &status, 0) != child) end_round(BROKEN);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// What the attacker has found so far of the bytes behind a block, and tries next.
struct guess {
    struct pair pair;
    char bytes[256];
    size_t length;
    bool in_child;
};

static struct pair overflow(const struct guess *guess) {
    struct pair pair = guess->pair;
    if (guess->in_child) {
        pair.low = take(BYTES);
        pair.high = pair.low + pair.distance;
    }
    for (size_t i = 0; i < guess->length; i++) pair.low[BYTES + i] = guess->bytes[i];
    return pair;
}

/// The worker overflows its buffer, ends its work, and is alive or not.
static int tried(const void *argument) {
    const struct guess *const guess = argument;
    const struct pair pair = overflow(guess);
    free(pair.low);
    if (!guess->in_child) {
        for (size_t i = 0; i < BLOCKS; i++) {
            if (blocks[i] != pair.low) free(blocks[i]);
        }
    }
    return 0;
}

/// With all bytes between found: on to the next block's field, which is used after the buffer was freed.
static int used(const void *argument) {
    const struct pair pair = overflow(argument);
    write_word(pair.high, MARK);
    free(pair.low);
    return read_word(pair.high) == MARK ? SUCCESS : FAILED;
}

/// Guesses byte by byte, in at most `most` children.
static void byte_by_byte(bool in_each_child, int most) {
    settle_in();
    spray(blocks, BLOCKS, BYTES, CLEAN);
    struct guess guess = {.pair = nearest(blocks, BLOCKS), .in_child = in_each_child};
    const size_t gap = guess.pair.distance - BYTES;
    if (gap > sizeof guess.bytes) end_round(FAILED);
    for (int tries = 0; guess.length < gap;) {
        const size_t at = guess.length++;
        for (int byte = 0;; byte++) {
            if (byte == 256 || tries++ == most) end_round(FAILED);
            guess.bytes[at] = (char)byte;
            if (in_child(tried, &guess) == 0) break;
        }
    }
    end_if_reached(in_child(used, &guess) == SUCCESS);
}
static void old_block(void) { byte_by_byte(false, 8192); }
static void new_block(void) { byte_by_byte(true, 256); }

/// Where a child's next block is, in a file descriptor's worth of bits: the pipe to the attacker.
static int channel[2];
static int told(const void *argument) {
    (void)argument;
    const uintptr_t block = (uintptr_t)take(BYTES);
    return write(channel[1], &block, sizeof block) == sizeof block ? 0 : BROKEN;
}

/// One child betrays where it got a block; the attacker expects the next child's at the same place.
static void same_place(void) {
    settle_in();
    spray(blocks, BLOCKS, BYTES, CLEAN);
    if (pipe(channel)) end_round(BROKEN);
    uintptr_t places[2];
    for (int i = 0; i < 2; i++) {
        if (in_child(told, NULL) || read(channel[0], &places[i], sizeof *places) != sizeof *places) end_round(BROKEN);
    }
    end_if_reached(places[0] == places[1]);
}

const struct strategy fork_strategies[] = {
    {"fork-place", same_place}, {"fork-canary", old_block}, {"fork-canary-child", new_block}, {NULL, NULL},
};
