// asymmetric: some threads only allocate, others only free, and their numbers differ, as in Lever and Boreham's test
// of asymmetric producers and consumers (malloc() Performance in a Multithreaded Linux Environment, USENIX 2000).
// Unlike crossfree's pairs they share one queue: a block may end at any consumer. The parcels that the blocks travel
// in are allocated and freed the same way. An operation is one block; each producer makes whole parcels.

#include "support.h"

static const char accepted[] =
    "asymmetric PRODUCERS CONSUMERS LEAST MOST OPERATIONS (PRODUCERS, CONSUMERS: 1 to 64 threads; "
    "LEAST <= MOST: sizes, 2 to 65536 bytes)";

enum { parcel_size = 128, most_threads = 64, most_waiting = 256 };

struct parcel {
    struct parcel *next;
    unsigned char *blocks[parcel_size];
    uint32_t sizes[parcel_size];
};

/// The parcels on their way, oldest first. All fields change under the lock.
static struct {
    pthread_mutex_t lock;
    pthread_cond_t grew, shrank;
    struct parcel *first, **end;
    size_t waiting, producing;
} queue = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &queue.first, 0, 0};

static size_t least, most;
static uint64_t parcels_each;

struct worker {
    pthread_t thread;
    uint64_t seed, sum;
};

static void *produce(void *argument) {
    struct worker *self = argument;
    for (uint64_t i = 0; i < parcels_each; i++) {
        struct parcel *parcel = malloc(sizeof(struct parcel));
        if (!parcel) give_up("memory");
        for (unsigned one = 0; one < parcel_size; one++) {
            const unsigned char mark = (unsigned char)(i + one);
            parcel->sizes[one] = (uint32_t)random_between(&self->seed, least, most);
            parcel->blocks[one] = make_block(parcel->sizes[one], mark);
            self->sum += 2u * mark;
        }
        parcel->next = NULL;
        pthread_mutex_lock(&queue.lock);
        while (queue.waiting == most_waiting) pthread_cond_wait(&queue.shrank, &queue.lock);
        *queue.end = parcel;
        queue.end = &parcel->next;
        queue.waiting++;
        pthread_cond_signal(&queue.grew);
        pthread_mutex_unlock(&queue.lock);
    }
    pthread_mutex_lock(&queue.lock);
    queue.producing--;
    pthread_cond_broadcast(&queue.grew);
    pthread_mutex_unlock(&queue.lock);
    return NULL;
}

/// The oldest parcel, once there is one; NULL when none will come any more.
static struct parcel *take(void) {
    pthread_mutex_lock(&queue.lock);
    while (!queue.first && queue.producing) pthread_cond_wait(&queue.grew, &queue.lock);
    struct parcel *parcel = queue.first;
    if (parcel) {
        queue.first = parcel->next;
        if (!queue.first) queue.end = &queue.first;
        queue.waiting--;
        pthread_cond_signal(&queue.shrank);
    }
    pthread_mutex_unlock(&queue.lock);
    return parcel;
}

static void *consume(void *argument) {
    struct worker *self = argument;
    for (struct parcel *parcel; (parcel = take()); free(parcel)) {
        for (unsigned one = 0; one < parcel_size; one++)
            self->sum += drop_block(parcel->blocks[one], parcel->sizes[one]);
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 6) usage(accepted);
    const size_t producers = number(argv[1], 1, most_threads, accepted);
    const size_t consumers = number(argv[2], 1, most_threads, accepted);
    least = number(argv[3], 2, 65536, accepted);
    most = number(argv[4], least, 65536, accepted);
    const uint64_t operations = number(argv[5], 1, UINT64_MAX / 2, accepted);
    parcels_each = (operations + producers * parcel_size - 1) / (producers * parcel_size);

    static struct worker makers[most_threads], takers[most_threads];
    queue.producing = producers;
    for (size_t i = 0; i < consumers; i++) takers[i].thread = start_thread(consume, &takers[i]);
    for (size_t i = 0; i < producers; i++) {
        makers[i].seed = first_seed + i;
        makers[i].thread = start_thread(produce, &makers[i]);
    }
    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < producers; i++) {
        pthread_join(makers[i].thread, NULL);
        written += makers[i].sum;
    }
    for (size_t i = 0; i < consumers; i++) {
        pthread_join(takers[i].thread, NULL);
        found += takers[i].sum;
    }
    return finish(parcels_each * parcel_size * producers, written, found);
}
