// loop: batches of blocks are allocated, then freed last in first out, first in first out, or in a random order.
// The plainest question to an allocator: what does a pair of malloc and free cost in one thread? Mixed sizes are
// spread evenly over the powers of two from 16 to 1024 bytes, then evenly within each. An operation is one pair.

#include <string.h>

#include "support.h"

static const char accepted[] =
    "loop SIZE BATCH ORDER OPERATIONS (SIZE: 2 to 1048576 bytes or 'mixed'; BATCH: 1 to 1000; "
    "ORDER: lifo, fifo or random)";

enum { largest_batch = 1000, orders = 16, size_count = 4096 };

static unsigned char *blocks[largest_batch];
/// The requested sizes, taken in turn.
static uint32_t sizes[size_count];
/// In which order a batch is freed; successive batches take successive rows, so that no order is learnt.
static uint16_t order[orders][largest_batch];

static void choose_sizes(const char *text, uint64_t *seed) {
    const int mixed = !strcmp(text, "mixed");
    const uint32_t fixed = mixed ? 0 : (uint32_t)number(text, 2, 1 << 20, accepted);
    for (int i = 0; i < size_count; i++) {
        const size_t power = random_between(seed, 4, 9);
        sizes[i] = mixed ? (uint32_t)random_between(seed, (size_t)1 << power, (size_t)2 << power) : fixed;
    }
}

static void choose_order(const char *text, size_t batch, uint64_t *seed) {
    const int lifo = !strcmp(text, "lifo"), random = !strcmp(text, "random");
    if (!lifo && !random && strcmp(text, "fifo")) usage(accepted);
    for (int row = 0; row < orders; row++) {
        for (size_t i = 0; i < batch; i++) order[row][i] = (uint16_t)(lifo ? batch - 1 - i : i);
        for (size_t i = batch - 1; random && i > 0; i--) {
            const size_t other = random_between(seed, 0, i);
            const uint16_t kept = order[row][i];
            order[row][i] = order[row][other];
            order[row][other] = kept;
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 5) usage(accepted);
    uint64_t seed = 88172645463325252u;
    choose_sizes(argv[1], &seed);
    const size_t batch = number(argv[2], 1, largest_batch, accepted);
    choose_order(argv[3], batch, &seed);
    const uint64_t rounds = (number(argv[4], 1, UINT64_MAX / 2, accepted) + batch - 1) / batch;

    uint64_t written = 0, found = 0, first = 0;
    for (uint64_t round = 0; round < rounds; round++, first += batch) {
        for (size_t i = 0; i < batch; i++) {
            const unsigned char mark = (unsigned char)(round + i);
            blocks[i] = make_block(sizes[(first + i) % size_count], mark);
            written += 2u * mark;
        }
        const uint16_t *next = order[round % orders];
        for (size_t i = 0; i < batch; i++) {
            const size_t one = next[i];
            found += drop_block(blocks[one], sizes[(first + one) % size_count]);
        }
    }
    return finish(rounds * batch, written, found);
}
