// shuffle: threads of several generations replace blocks of very different sizes and swap them with one another
// through a shared table, so a block may be freed by anyone, long after its maker ended. A thread that ends frees two
// thirds of what it holds and leaves the rest behind in the table. An operation is one step of a thread: a block
// replaced, or a block swapped.

#include <stdatomic.h>
#include <string.h>

#include "support.h"

static const char accepted[] = "shuffle THREADS OPERATIONS (THREADS: 1 to 64 at a time)";

enum { most_threads = 64, table_size = 4096, held_size = 512, generation_length = 20000, least = 16 };

/// Blocks that belong to nobody; taken and given by exchange alone.
static _Atomic(unsigned char *) table[table_size];

/// A lane of threads, each the successor of the one before; only the living one touches it.
struct lane {
    pthread_t thread;
    uint64_t seed, steps, written, found;
};

/// Each block tells its own size: whoever frees it need not know where it comes from.
static unsigned char *make(struct lane *lane) {
    // Small sizes are common, large ones rare: each doubling is half as likely, up to 256 KiB.
    size_t power = 4;
    for (uint64_t bits = next_random(&lane->seed); power < 17 && (bits & 1); bits >>= 1) power++;
    const uint32_t size = (uint32_t)random_between(&lane->seed, (size_t)least << (power - 4), (size_t)2 << power);
    unsigned char *block = make_block(size, 0);
    memcpy(block, &size, sizeof size);
    block[size - 1] = (unsigned char)(size | 1);
    lane->written += (unsigned char)(size | 1);
    return block;
}

static void drop(struct lane *lane, unsigned char *block) {
    if (!block) return;
    uint32_t size;
    memcpy(&size, block, sizeof size);
    lane->found += block[size - 1];
    free(block);
}

static unsigned char *swap(struct lane *lane, unsigned char *block) {
    return atomic_exchange(&table[random_between(&lane->seed, 0, table_size - 1)], block);
}

static void *live(void *argument) {
    struct lane *lane = argument;
    unsigned char **held = calloc(held_size, sizeof *held);
    if (!held) give_up("memory");
    const uint64_t count = lane->steps < generation_length ? lane->steps : generation_length;
    for (uint64_t i = 0; i < count; i++) {
        const size_t one = random_between(&lane->seed, 0, held_size - 1);
        if (next_random(&lane->seed) & 0x300) {
            drop(lane, held[one]);
            held[one] = make(lane);
        } else {
            held[one] = swap(lane, held[one]);
        }
    }
    for (size_t i = 0; i < held_size; i++) drop(lane, i % 3 ? held[i] : swap(lane, held[i]));
    free(held);
    lane->steps -= count;
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    const size_t threads = number(argv[1], 1, most_threads, accepted);
    const uint64_t each = (number(argv[2], 1, UINT64_MAX / 2, accepted) + threads - 1) / threads;

    static struct lane lanes[most_threads];
    for (size_t i = 0; i < threads; i++) {
        lanes[i].seed = first_seed + i;
        lanes[i].steps = each;
        lanes[i].thread = start_thread(live, &lanes[i]);
    }
    // One lane after another is waited for and goes on: they stay about a generation apart at most.
    for (int running = 1; running;) {
        running = 0;
        for (size_t i = 0; i < threads; i++) {
            if (!lanes[i].thread) continue;
            pthread_join(lanes[i].thread, NULL);
            lanes[i].thread = lanes[i].steps ? start_thread(live, &lanes[i]) : 0;
            running |= lanes[i].steps > 0;
        }
    }
    for (size_t i = 0; i < table_size; i++) drop(&lanes[0], table[i]);

    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < threads; i++) {
        written += lanes[i].written;
        found += lanes[i].found;
    }
    return finish(each * threads, written, found);
}
