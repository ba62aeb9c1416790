// onesource: one thread allocates, then all others free its blocks at the same time, each every so-manieth one. So
// every page of the one heap is freed into by every thread at once, and the owner finds everything in the lists that
// others wrote. An operation is one block.

#include "../support.h"

static const char accepted[] =
    "onesource THREADS SIZE BLOCKS OPERATIONS (THREADS: 1 to 64; SIZE: 2 to 65536 bytes; BLOCKS: 1 to 1000000 a round)";

enum { most_threads = 64 };

struct worker {
    pthread_t thread;
    size_t first;
    uint64_t found;
};

static unsigned char **blocks;
static size_t threads, size, count;
static uint64_t rounds;
/// Passed twice a round: when the blocks are there, and when they are gone.
static pthread_barrier_t turn;

static void *clear(void *argument) {
    struct worker *self = argument;
    for (uint64_t round = 0; round < rounds; round++) {
        pthread_barrier_wait(&turn);
        for (size_t i = self->first; i < count; i += threads) self->found += drop_block(blocks[i], size);
        pthread_barrier_wait(&turn);
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    threads = number(argv[1], 1, most_threads, accepted);
    size = number(argv[2], 2, 65536, accepted);
    count = number(argv[3], 1, 1000000, accepted);
    rounds = (number(argv[4], 1, UINT64_MAX / 2, accepted) + count - 1) / count;
    blocks = malloc(count * sizeof *blocks);
    if (!blocks) give_up("memory");

    static struct worker workers[most_threads];
    pthread_barrier_init(&turn, NULL, (unsigned)threads + 1);
    for (size_t i = 0; i < threads; i++) {
        workers[i].first = i;
        workers[i].thread = start_thread(clear, &workers[i]);
    }
    uint64_t written = 0, found = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            const unsigned char mark = (unsigned char)(round + i);
            blocks[i] = make_block(size, mark);
            written += 2u * mark;
        }
        pthread_barrier_wait(&turn);
        pthread_barrier_wait(&turn);
    }
    for (size_t i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        found += workers[i].found;
    }
    free(blocks);
    return finish(rounds * count, written, found);
}
