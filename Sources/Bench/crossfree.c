// crossfree: pairs of threads in which one only allocates and the other only frees, as in a pipeline of messages.
// No block is ever freed by its own thread, so all memory must find its way back across. Blocks travel in
// parcels through a short ring under a lock, which keeps the hand-over small beside the allocator's own work. The
// number of operations is rounded up to whole parcels.

#include <pthread.h>

#include "support.h"

static const char accepted[] =
    "crossfree PAIRS LEAST MOST OPERATIONS (PAIRS: 1 to 64; LEAST <= MOST: sizes, 2 to 65536 bytes)";

enum { parcel_size = 256, ring_size = 16, most_pairs = 64 };

struct item {
    unsigned char *block;
    size_t size;
};

/// A ring of parcels between two threads. 0 <= made - taken <= ring_size; both only grow, under the lock.
struct ring {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t made, taken;
    struct item parcels[ring_size][parcel_size];
    uint64_t written, found;
};

static struct ring rings[most_pairs];
static size_t least, most;
static uint64_t parcels;

static void *produce(void *argument) {
    struct ring *ring = argument;
    uint64_t seed = 88172645463325252u + (uint64_t)(ring - rings), written = 0;
    for (uint64_t i = 0; i < parcels; i++) {
        pthread_mutex_lock(&ring->lock);
        while (ring->made - ring->taken == ring_size) pthread_cond_wait(&ring->changed, &ring->lock);
        pthread_mutex_unlock(&ring->lock);
        struct item *parcel = ring->parcels[i % ring_size];
        for (unsigned one = 0; one < parcel_size; one++) {
            const unsigned char mark = (unsigned char)(i + one);
            parcel[one].size = random_between(&seed, least, most);
            parcel[one].block = make_block(parcel[one].size, mark);
            written += 2u * mark;
        }
        pthread_mutex_lock(&ring->lock);
        ring->made++;
        pthread_cond_signal(&ring->changed);
        pthread_mutex_unlock(&ring->lock);
    }
    ring->written = written;
    return NULL;
}

static void *consume(void *argument) {
    struct ring *ring = argument;
    uint64_t found = 0;
    for (uint64_t i = 0; i < parcels; i++) {
        pthread_mutex_lock(&ring->lock);
        while (ring->made == ring->taken) pthread_cond_wait(&ring->changed, &ring->lock);
        pthread_mutex_unlock(&ring->lock);
        struct item *parcel = ring->parcels[i % ring_size];
        for (unsigned one = 0; one < parcel_size; one++) found += drop_block(parcel[one].block, parcel[one].size);
        pthread_mutex_lock(&ring->lock);
        ring->taken++;
        pthread_cond_signal(&ring->changed);
        pthread_mutex_unlock(&ring->lock);
    }
    ring->found = found;
    return NULL;
}

static pthread_t start(void *(*body)(void *), struct ring *ring) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, ring)) {
        fprintf(stderr, "cannot start a thread\n");
        exit(1);
    }
    return thread;
}

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    const size_t pairs = number(argv[1], 1, most_pairs, accepted);
    least = number(argv[2], 2, 65536, accepted);
    most = number(argv[3], least, 65536, accepted);
    const uint64_t operations = number(argv[4], 1, UINT64_MAX / 2, accepted);
    parcels = (operations + pairs * parcel_size - 1) / (pairs * parcel_size);

    pthread_t threads[most_pairs][2];
    for (size_t i = 0; i < pairs; i++) {
        pthread_mutex_init(&rings[i].lock, NULL);
        pthread_cond_init(&rings[i].changed, NULL);
        threads[i][0] = start(produce, &rings[i]);
        threads[i][1] = start(consume, &rings[i]);
    }
    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < pairs; i++) {
        pthread_join(threads[i][0], NULL);
        pthread_join(threads[i][1], NULL);
        written += rings[i].written;
        found += rings[i].found;
    }
    return finish(parcels * parcel_size * pairs, written, found);
}
