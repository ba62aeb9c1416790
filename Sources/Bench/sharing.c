// sharing: do blocks of different threads lie in one cache line? Berger, McKinley, Blumofe and Wilson (Hoard, ASPLOS
// 2000) name two ways to get there. Active: the allocator hands parts of one line to several threads. Passive: the
// program did, and the allocator lets each thread that freed its part have it again. Each thread allocates a small
// block, writes to it many times, and frees it; `passive` first gives every thread a block of the main thread's to
// free. An operation is one block written to.

#include <string.h>

#include "support.h"

static const char accepted[] =
    "sharing KIND THREADS SIZE WRITES OPERATIONS (KIND: active or passive; THREADS: 1 to 64; SIZE: 2 to 64 bytes; "
    "WRITES: 1 to 1000000 to each block)";

enum { most_threads = 64 };

struct worker {
    pthread_t thread;
    unsigned char *given;
    uint64_t sum;
};

static size_t size, writes;
static uint64_t blocks_each;
static pthread_barrier_t start;

static void *work(void *argument) {
    struct worker *self = argument;
    pthread_barrier_wait(&start);
    free(self->given);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < blocks_each; i++) {
        volatile unsigned char *block = make_block(size, (unsigned char)i);
        for (size_t one = 0; one < writes; one++) block[one % size]++;
        sum += block[0];
        free((void *)block);
    }
    self->sum = sum;
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 6) usage(accepted);
    const int passive = !strcmp(argv[1], "passive");
    if (!passive && strcmp(argv[1], "active")) usage(accepted);
    const size_t threads = number(argv[2], 1, most_threads, accepted);
    size = number(argv[3], 2, 64, accepted);
    writes = number(argv[4], 1, 1000000, accepted);
    blocks_each = (number(argv[5], 1, UINT64_MAX / 2, accepted) + threads - 1) / threads;

    static struct worker workers[most_threads];
    pthread_barrier_init(&start, NULL, (unsigned)threads);
    for (size_t i = 0; i < threads; i++) workers[i].given = passive ? make_block(size, 0) : NULL;
    for (size_t i = 0; i < threads; i++) workers[i].thread = start_thread(work, &workers[i]);

    // The first byte holds the block's number, and one more for each time its turn came.
    const uint64_t turns = (writes + size - 1) / size;
    uint64_t written = 0, found = 0;
    for (uint64_t i = 0; i < blocks_each; i++) written += threads * (unsigned char)(i + turns);
    for (size_t i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        found += workers[i].sum;
    }
    return finish(blocks_each * threads, written, found);
}
