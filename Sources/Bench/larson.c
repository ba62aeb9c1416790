// larson: a server as Larson and Krishnan describe it (Memory Allocation for Long-Running Server Applications,
// ISMM 1998). Each thread owns an array of blocks and replaces random ones by blocks of a random size; after a
// while it hands the array to a successor thread and ends, so blocks outlive the threads that allocated them.
// An operation is one replacement.

#include <pthread.h>
#include <semaphore.h>

#include "support.h"

static const char accepted[] =
    "larson THREADS SLOTS LEAST MOST OPERATIONS (THREADS: 1 to 64 at a time; SLOTS: 1 to 100000 blocks a thread; "
    "LEAST <= MOST: sizes, 2 to 65536 bytes)";

enum {
    most_threads = 64,
    most_slots = 100000,
    /// Replacements by one thread before its successor takes over.
    generation_length = 50000,
};

struct slot {
    unsigned char *block;
    size_t size;
};

/// What is handed from a thread to its successor; only the thread that holds it may touch it.
struct estate {
    struct slot *slots;
    uint64_t seed, remaining, written, found;
};

static size_t slot_count, least, most;
static struct estate estates[most_threads];
static sem_t finished;

static void fill(struct estate *estate, struct slot *slot) {
    const unsigned char mark = (unsigned char)estate->seed;
    slot->size = random_between(&estate->seed, least, most);
    slot->block = make_block(slot->size, mark);
    estate->written += 2u * mark;
}

static void start_successor(struct estate *estate);

static void *serve(void *argument) {
    struct estate *estate = argument;
    const uint64_t count = estate->remaining < generation_length ? estate->remaining : generation_length;
    for (uint64_t i = 0; i < count; i++) {
        struct slot *victim = &estate->slots[random_between(&estate->seed, 0, slot_count - 1)];
        estate->found += drop_block(victim->block, victim->size);
        fill(estate, victim);
    }
    estate->remaining -= count;
    if (estate->remaining)
        start_successor(estate);
    else
        sem_post(&finished);
    return NULL;
}

static void start_successor(struct estate *estate) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, estate) || pthread_detach(thread)) {
        fprintf(stderr, "cannot start a thread\n");
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc != 6) usage(accepted);
    const size_t threads = number(argv[1], 1, most_threads, accepted);
    slot_count = number(argv[2], 1, most_slots, accepted);
    least = number(argv[3], 2, 65536, accepted);
    most = number(argv[4], least, 65536, accepted);
    const uint64_t each = (number(argv[5], 1, UINT64_MAX / 2, accepted) + threads - 1) / threads;

    sem_init(&finished, 0, 0);
    // The first blocks are all the main thread's: they bleed to the others from the first replacement on.
    for (size_t i = 0; i < threads; i++) {
        estates[i].slots = malloc(slot_count * sizeof(struct slot));
        if (!estates[i].slots) return 1;
        estates[i].seed = 88172645463325252u + i;
        estates[i].remaining = each;
        for (size_t one = 0; one < slot_count; one++) fill(&estates[i], &estates[i].slots[one]);
    }
    for (size_t i = 0; i < threads; i++) start_successor(&estates[i]);
    for (size_t i = 0; i < threads; i++) sem_wait(&finished);

    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < threads; i++) {
        for (size_t one = 0; one < slot_count; one++)
            estates[i].found += drop_block(estates[i].slots[one].block, estates[i].slots[one].size);
        written += estates[i].written;
        found += estates[i].found;
        free(estates[i].slots);
    }
    return finish(each * threads, written, found);
}
