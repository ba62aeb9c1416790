// sleepers: many threads alive at once, each with a few blocks of many classes, all waiting. What does a thread cost
// that does next to nothing? The memory is the point: pages, lists and caches that an allocator sets up for each
// thread. An operation is one thread.

#include "../support.h"

static const char accepted[] = "sleepers BLOCKS OPERATIONS (BLOCKS: 1 to 1000 a thread; OPERATIONS: 1 to 20000)";

enum { most_threads = 20000, most_blocks = 1000, least = 16, most = 2048, stack_size = 64 << 10 };

static size_t block_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static size_t ready;
static int over;
static uint64_t total_written, total_found;

static void *rest(void *argument) {
    uint64_t seed = first_seed + (uintptr_t)argument, written = 0, found = 0;
    unsigned char *blocks[most_blocks];
    uint32_t sizes[most_blocks];
    for (size_t i = 0; i < block_count; i++) {
        sizes[i] = (uint32_t)random_between(&seed, least, most);
        blocks[i] = make_block(sizes[i], (unsigned char)i);
        written += 2u * (unsigned char)i;
    }
    pthread_mutex_lock(&lock);
    ready++;
    pthread_cond_broadcast(&changed);
    while (!over) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < block_count; i++) found += drop_block(blocks[i], sizes[i]);
    pthread_mutex_lock(&lock);
    total_written += written;
    total_found += found;
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    block_count = number(argv[1], 1, most_blocks, accepted);
    const size_t threads = number(argv[2], 1, most_threads, accepted);

    static pthread_t all[most_threads];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    for (size_t i = 0; i < threads; i++)
        if (pthread_create(&all[i], &attributes, rest, (void *)(uintptr_t)i)) give_up("thread");
    pthread_mutex_lock(&lock);
    while (ready < threads) pthread_cond_wait(&changed, &lock);
    over = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < threads; i++) pthread_join(all[i], NULL);
    return finish(threads, total_written, total_found);
}
