// Overlapping blocks by freeing one twice.
#include "attack.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SPRAY = 2048 };
static void *blocks[SPRAY];

static void *few[32];

/// Success if the block that was freed twice comes twice, or where one of `live` is. Nothing is written to what comes: it
/// may hold the list's last link that makes sense.
static void collect(size_t bytes, void **live, size_t count) {
    const void *const twice = few[3];
    size_t times = 0;
    for (size_t i = 0; i < SPRAY; i++) {
        blocks[i] = take(bytes);
        times += overlaps(blocks + i, 1, bytes, twice, bytes, NULL);
        if (times == 2 || (count && overlaps(live, count, bytes, blocks[i], bytes, NULL))) end_round(SUCCESS);
    }
}

static size_t start(size_t most) {
    settle_in();
    const size_t bytes = some_size(24, most);
    spray(few, 32, bytes, CLEAN);
    return bytes;
}

static void twice(void) {
    const size_t bytes = start(1000);
    free(few[3]);
    free(few[3]);
    collect(bytes, NULL, 0);
}

/// With another block freed in between, which hides the second free from looking at the list's head only.
static void between(void) {
    const size_t bytes = start(1000);
    free(few[3]);
    free(few[4]);
    free(few[3]);
    collect(bytes, NULL, 0);
}

/// The same once eight blocks were freed before: a cache of a few is full then, and the three go where it spills to.
static void behind_cache(void) {
    const size_t bytes = start(100);
    release(few + 10, 8);
    free(few[3]);
    free(few[4]);
    free(few[3]);
    collect(bytes, NULL, 0);
}

/// The freed block is overwritten in between, which destroys marks of freed blocks that lie in them.
static void overwritten(void) {
    const size_t bytes = start(1000);
    free(few[3]);
    fill(few[3], 16, MARK);
    free(few[3]);
    collect(bytes, NULL, 0);
}

static void by_another_thread(void) {
    const size_t bytes = start(1000);
    free(few[3]);
    release_elsewhere(few + 3, 1);
    collect(bytes, NULL, 0);
}

/// Two threads free it at the same instant, or nearly.
static atomic_int arrived;
static void *free_together(void *block) {
    atomic_fetch_add(&arrived, 1);
    while (atomic_load(&arrived) < 2) {}
    free(block);
    return NULL;
}
static void at_once(void) {
    const size_t bytes = start(1000);
    pthread_t thread;
    if (pthread_create(&thread, NULL, free_together, few[3])) end_round(BROKEN);
    free_together(few[3]);
    pthread_join(thread, NULL);
    collect(bytes, NULL, 0);
}

/// The block serves again before the second free: with `count` allocations of the victim's in between.
static void after_reuse(size_t count) {
    const size_t bytes = start(248);
    static void *live[1024];
    free(few[3]);
    spray(live, count, bytes, CLEAN);
    free(few[3]);
    collect(bytes, live, count);
}
static void after_one(void) { after_reuse(1); }
static void after_eight(void) { after_reuse(8); }
static void after_many(void) { after_reuse(1000); }

const struct strategy double_free_strategies[] = {
    {"double-free", twice},
    {"double-free-between", between},
    {"double-free-cached", behind_cache},
    {"double-free-overwritten", overwritten},
    {"double-free-thread", by_another_thread},
    {"double-free-race", at_once},
    {"stale-free-1", after_one},
    {"stale-free-8", after_eight},
    {"stale-free-1000", after_many},
    {NULL, NULL},
};
