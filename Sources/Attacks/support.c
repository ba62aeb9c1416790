// What strategies have in common: outcomes, chance, sprays, and the questions of what overlaps and what is near.
#include "attack.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

_Alignas(4096) uint64_t static_target[512];

void end_round(enum outcome outcome) { _exit(outcome); }

uint64_t dice(uint64_t below) {
    uint64_t word;
    if (getrandom(&word, sizeof word, 0) != sizeof word) end_round(BROKEN);
    return word % below;
}

void *take(size_t bytes) {
    void *block = malloc(bytes);
    if (!block) end_round(BROKEN);
    return block;
}

void fill(void *block, size_t bytes, uint64_t word) {
    for (size_t at = 0; at + 8 <= bytes; at += 8) write_word((char *)block + at, word);
}

void spray(void **blocks, size_t count, size_t bytes, uint64_t word) {
    for (size_t i = 0; i < count; i++) {
        blocks[i] = take(bytes);
        fill(blocks[i], bytes, word);
    }
}

void release(void **blocks, size_t count) {
    for (size_t i = 0; i < count; i++) free(blocks[i]);
}

void settle_in(void) {
    static void *blocks[400];
    uint16_t chances[400];
    if (getrandom(chances, sizeof chances, 0) != sizeof chances) end_round(BROKEN);
    for (size_t i = 0; i < 400; i++) blocks[i] = take(16 + chances[i] % 1024);
    for (size_t i = 0; i < 400; i++) {
        if (chances[i] & 0x8000) free(blocks[i]);
    }
}

size_t some_size(size_t least, size_t most) {
    static const size_t sizes[] = {24, 32, 40, 56, 64, 72, 88, 100, 120, 128, 168, 200, 248, 256, 504, 1000};
    size_t allowed[16], count = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] >= least && sizes[i] <= most) allowed[count++] = sizes[i];
    }
    return allowed[dice(count)];
}

bool overlaps(
    void *const *blocks, size_t count, size_t bytes, const void *other, size_t other_bytes, const void *except) {
    const uintptr_t start = (uintptr_t)other;
    for (size_t i = 0; i < count; i++) {
        const uintptr_t at = (uintptr_t)blocks[i];
        if (blocks[i] && blocks[i] != except && at < start + other_bytes && start < at + bytes) return true;
    }
    return false;
}

static int by_address(const void *one, const void *other) {
    const uintptr_t a = *(const uintptr_t *)one, b = *(const uintptr_t *)other;
    return (a > b) - (a < b);
}

/// Sorts in place: libc's qsort may allocate, from the heap that is under attack.
static void sort(void **blocks, size_t count) {
    for (size_t gap = count / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) {
        for (size_t i = gap; i < count; i++) {
            void *const block = blocks[i];
            size_t at = i;
            for (; at >= gap && by_address(&blocks[at - gap], &block) > 0; at -= gap) blocks[at] = blocks[at - gap];
            blocks[at] = block;
        }
    }
}

bool overlap_each_other(void **blocks, size_t count, size_t bytes) {
    sort(blocks, count);
    for (size_t i = 1; i < count; i++) {
        if ((uintptr_t)blocks[i] - (uintptr_t)blocks[i - 1] < bytes) return true;
    }
    return false;
}

struct pair nearest(void *const *blocks, size_t count) {
    static void *sorted[4096];
    if (count > sizeof sorted / sizeof *sorted) end_round(BROKEN);
    memcpy(sorted, blocks, count * sizeof *blocks);
    sort(sorted, count);
    struct pair best = {.distance = SIZE_MAX};
    for (size_t i = 1; i < count; i++) {
        const size_t distance = (uintptr_t)sorted[i] - (uintptr_t)sorted[i - 1];
        if (distance < best.distance) best = (struct pair){sorted[i - 1], sorted[i], distance};
    }
    return best;
}

struct elsewhere {
    void **blocks;
    size_t count;
};

static void *release_there(void *argument) {
    const struct elsewhere *const work = argument;
    release(work->blocks, work->count);
    return NULL;
}

void release_elsewhere(void **blocks, size_t count) {
    struct elsewhere work = {blocks, count};
    pthread_t thread;
    if (pthread_create(&thread, NULL, release_there, &work)) end_round(BROKEN);
    pthread_join(thread, NULL);
}
