// What every workload shares: numbers from argv, a seeded generator, blocks that are touched and checked, threads, the
// clock, figures and the closing line. The generator is seeded alike in every run, so all allocators see the same
// requests.
// Used by the programs in this folder only; every function is safe in any thread.

#pragma once

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/// Where a workload's generators begin; threads add their number to it.
#define first_seed 88172645463325252u

/// Prints how the program is to be called and ends it with status 2.
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

/// The next of a sequence of 64-bit numbers (xorshift, Marsaglia 2003); `*state` must not be zero.
static inline uint64_t next_random(uint64_t *state) {
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

/// A random number from `least` to `most`, both included.
static inline size_t random_between(uint64_t *state, size_t least, size_t most) {
    // The upper half of the state times the range, shifted: cheaper than a remainder, and as even.
    return least + (size_t)(((next_random(state) >> 32) * (uint64_t)(most - least + 1)) >> 32);
}

/// Ends the program because `what` cannot be had.
static inline void give_up(const char *what) {
    fprintf(stderr, "no %s\n", what);
    exit(1);
}

/// A block of `size` bytes (at least 2) with `mark` in its first and last byte, as a real program would write to it.
static inline unsigned char *make_block(size_t size, unsigned char mark) {
    unsigned char *block = (unsigned char *)malloc(size);
    if (!block) {
        fprintf(stderr, "malloc(%zu) failed\n", size);
        exit(1);
    }
    block[0] = mark;
    block[size - 1] = mark;
    return block;
}

/// Frees a block from `make_block` and returns the sum of the two marks found in it.
static inline uint64_t drop_block(unsigned char *block, size_t size) {
    const uint64_t sum = (uint64_t)block[0] + block[size - 1];
    free(block);
    return sum;
}

/// Starts a thread or ends the program.
static inline pthread_t start_thread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, argument)) give_up("thread");
    return thread;
}

/// Nanoseconds on a clock that only goes forward.
static inline uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/// Does nothing for so long.
static inline void pause_for(unsigned milliseconds) {
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    while (nanosleep(&time, &time)) continue;
}

/// Bytes of this process in memory now, from the second number in /proc/self/statm.
static inline double resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long long total, resident;
    if (!file || fscanf(file, "%llu %llu", &total, &resident) != 2) give_up("/proc/self/statm");
    fclose(file);
    return (double)resident * 4096;
}

/// Prints what a workload knows about itself beside its time and peak memory: a word, a number and its unit.
static inline void figure(const char *name, double value, const char *unit) {
    printf("figure %s %.9g %s\n", name, value, unit);
}

/// Prints the closing line; ends with status 1 if the marks found are not those written.
static inline int finish(uint64_t operations, uint64_t written, uint64_t found) {
    if (written != found) {
        fprintf(stderr, "checksum: wrote %llu, found %llu\n", (unsigned long long)written, (unsigned long long)found);
        return 1;
    }
    printf("operations %llu\n", (unsigned long long)operations);
    return 0;
}
