// abandoned: thread after thread fills pages of a class that nobody allocates from afterwards, and ends; the main
// thread frees the blocks much later, all but a few at first. So abandoned pages wait for somebody to adopt them who
// never comes, and only the frees of a stranger can tell that they are empty. Peak memory must not grow with the number
// of threads. An operation is one thread.

#include "../support.h"

static const char accepted[] = "abandoned KIBIBYTES OPERATIONS (KIBIBYTES: 1 to 65536 a thread)";

enum {
    first_size = 32,
    last_size = 8192,
    /// So many threads' blocks are live at a time.
    generations = 32,
    /// One block of so many outlives the others by as many generations again.
    late_of_all = 64,
};

struct batch {
    unsigned char **blocks;
    size_t size, count;
    uint64_t written;
};

static size_t bytes_each;

static void *work(void *argument) {
    struct batch *batch = argument;
    batch->count = bytes_each / batch->size + 1;
    batch->blocks = malloc(batch->count * sizeof *batch->blocks);
    if (!batch->blocks) give_up("memory");
    batch->written = 0;
    for (size_t i = 0; i < batch->count; i++) {
        batch->blocks[i] = make_block(batch->size, (unsigned char)i);
        batch->written += 2u * (unsigned char)i;
    }
    return NULL;
}

/// Frees the late blocks or all others; returns the sum of their marks.
static uint64_t drop(struct batch *batch, int late) {
    uint64_t found = 0;
    for (size_t i = 0; i < batch->count; i++)
        if ((i % late_of_all == 0) == late) found += drop_block(batch->blocks[i], batch->size);
    return found;
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    bytes_each = number(argv[1], 1, 65536, accepted) << 10;
    const uint64_t operations = number(argv[2], 1, UINT64_MAX / 2, accepted);

    static struct batch batches[2 * generations];
    uint64_t written = 0, found = 0;
    size_t size = first_size;
    for (uint64_t i = 0; i < operations + 2 * generations; i++) {
        struct batch *next = &batches[i % (2 * generations)];
        if (next->count) {
            found += drop(next, 1);
            free(next->blocks);
            next->count = 0;
        }
        struct batch *middle = &batches[(i + generations) % (2 * generations)];
        if (middle->count) found += drop(middle, 0);
        if (i >= operations) continue;
        next->size = size;
        size = size < last_size ? size + size / 8 : first_size;
        pthread_join(start_thread(work, next), NULL);
        written += next->written;
    }
    figure("resident-final", resident_bytes(), "bytes");
    return finish(operations, written, found);
}
