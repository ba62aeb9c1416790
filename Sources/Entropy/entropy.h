// What the probes share: numbers from argv, a generator that owes nothing to the allocator, and blocks. Results are kept in
// static memory and printed at the end: printf allocates.

#pragma once

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static inline void usage(const char *accepted) {
    fprintf(stderr, "usage: %s\n", accepted);
    exit(2);
}

/// The number written in `text`, from `least` to `most`; anything else ends the program with its usage.
static inline uint64_t number(const char *text, uint64_t least, uint64_t most, const char *accepted) {
    char *end;
    errno = 0;
    const uint64_t value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < least || value > most) usage(accepted);
    return value;
}

static uint64_t random_state;

/// A random number below `bound`, other ones in every run (xorshift, seeded by the kernel).
static inline size_t random_below(size_t bound) {
    while (!random_state)
        if (getrandom(&random_state, sizeof random_state, 0) != sizeof random_state) exit(1);
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(((unsigned __int128)random_state * bound) >> 64);
}

/// A block, written to as a program would.
static inline char *make_block(size_t size) {
    char *block = malloc(size);
    if (!block) {
        fprintf(stderr, "malloc(%zu) failed\n", size);
        exit(1);
    }
    block[0] = block[size - 1] = 1;
    return block;
}
