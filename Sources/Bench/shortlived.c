// shortlived: many threads that live briefly, a few at a time, as a server has that starts one for each request. What
// does it cost to give a thread its first blocks and to clear up after it? Each thread frees what its predecessor in
// its lane left, allocates blocks, and frees half of them itself. An operation is one thread.

#include "support.h"

static const char accepted[] =
    "shortlived AT_ONCE BLOCKS OPERATIONS (AT_ONCE: 1 to 64 threads; BLOCKS: 2 to 10000 a thread)";

enum { most_lanes = 64, least = 16, most = 512 };

struct lane {
    pthread_t thread;
    unsigned char **blocks;
    uint32_t *sizes;
    uint64_t seed, written, found;
};

static size_t block_count;

static void drop(struct lane *lane, size_t first) {
    for (size_t i = first; i < block_count; i += 2) {
        if (lane->blocks[i]) lane->found += drop_block(lane->blocks[i], lane->sizes[i]);
        lane->blocks[i] = NULL;
    }
}

static void *serve(void *argument) {
    struct lane *lane = argument;
    drop(lane, 1);
    for (size_t i = 0; i < block_count; i++) {
        const unsigned char mark = (unsigned char)lane->seed;
        lane->sizes[i] = (uint32_t)random_between(&lane->seed, least, most);
        lane->blocks[i] = make_block(lane->sizes[i], mark);
        lane->written += 2u * mark;
    }
    drop(lane, 0);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 4) usage(accepted);
    const size_t lane_count = number(argv[1], 1, most_lanes, accepted);
    block_count = number(argv[2], 2, 10000, accepted);
    const uint64_t operations = number(argv[3], 1, UINT64_MAX / 2, accepted);

    static struct lane lanes[most_lanes];
    for (size_t i = 0; i < lane_count; i++) {
        lanes[i].seed = first_seed + i;
        lanes[i].blocks = calloc(block_count, sizeof *lanes[i].blocks);
        lanes[i].sizes = calloc(block_count, sizeof *lanes[i].sizes);
        if (!lanes[i].blocks || !lanes[i].sizes) give_up("memory");
    }
    for (uint64_t i = 0; i < operations; i++) {
        struct lane *lane = &lanes[i % lane_count];
        if (lane->thread) pthread_join(lane->thread, NULL);
        lane->thread = start_thread(serve, lane);
    }
    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < lane_count; i++) {
        if (lanes[i].thread) pthread_join(lanes[i].thread, NULL);
        drop(&lanes[i], 1);
        written += lanes[i].written;
        found += lanes[i].found;
        free(lanes[i].blocks);
        free(lanes[i].sizes);
    }
    return finish(operations, written, found);
}
