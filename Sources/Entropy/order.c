// order: in which order does one thread get its blocks, and when does a freed one come back?

#include "entropy.h"

static const char accepted[] =
    "order fresh SIZE COUNT            the addresses of COUNT allocations in a new process\n"
    "       order worn SIZE COUNT OPERATIONS  the same after as many random allocations and frees\n"
    "       order guess SIZE OPERATIONS       which of the blocks freed last does an allocation get?\n"
    "       order reuse SIZE LIVE TRIALS      which of the next allocations gets a freed block?";

enum { largest_count = 1 << 14, slots = 1024, horizon = 64, largest_live = 4096 };

static char *blocks[largest_count];
static char *live[largest_live];
static uint64_t histogram[horizon + 1];

/// Half of the slots are full in the mean; an operation fills an empty one or empties a full one.
static void wear(size_t size, uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
        char **slot = &live[random_below(slots)];
        if (*slot) {
            free(*slot);
            *slot = NULL;
        } else {
            *slot = make_block(size);
        }
    }
}

static int print_addresses(size_t size, size_t count) {
    for (size_t i = 0; i < count; i++) blocks[i] = make_block(size);
    for (size_t i = 0; i < count; i++) printf("%p\n", (void *)blocks[i]);
    return 0;
}

static int print_histogram(void) {
    for (int i = 0; i <= horizon; i++) printf("%llu\n", (unsigned long long)histogram[i]);
    return 0;
}

/// Line n: how often an allocation got the block that was freed n frees ago (0: last); the last line: none of those.
static int guess(size_t size, uint64_t operations) {
    static char *freed[horizon];
    for (int i = 0; i < slots; i++) live[i] = make_block(size);
    for (uint64_t i = 0; i < operations; i++) {
        char **slot = &live[random_below(slots)];
        memmove(freed + 1, freed, sizeof freed - sizeof freed[0]);
        freed[0] = *slot;
        free(*slot);
        *slot = make_block(size);
        int rank = 0;
        while (rank < horizon && freed[rank] != *slot) rank++;
        if (rank < horizon) freed[rank] = NULL;
        histogram[rank]++;
    }
    return print_histogram();
}

/// Line n: how often the (n + 1)-th allocation after a block's free got it; the last line: none up to there.
static int reuse(size_t size, size_t count, uint64_t trials) {
    for (size_t i = 0; i < count; i++) live[i] = make_block(size);
    for (uint64_t trial = 0; trial < trials; trial++) {
        const size_t chosen = random_below(count);
        char *freed = live[chosen];
        free(freed);
        int when = horizon;
        for (int i = 0; i < horizon; i++) {
            blocks[i] = make_block(size);
            if (blocks[i] == freed && when == horizon) when = i;
        }
        histogram[when]++;
        // One of the new blocks takes the freed one's place; the others go, in a random order.
        for (size_t i = horizon; i > 1; i--) {
            const size_t other = random_below(i);
            char *kept = blocks[i - 1];
            blocks[i - 1] = blocks[other];
            blocks[other] = kept;
        }
        live[chosen] = blocks[0];
        for (int i = 1; i < horizon; i++) free(blocks[i]);
    }
    return print_histogram();
}

int main(int argc, char **argv) {
    if (argc < 4) usage(accepted);
    const char *mode = argv[1];
    const size_t size = number(argv[2], 1, 1 << 20, accepted);
    if (!strcmp(mode, "fresh") && argc == 4) return print_addresses(size, number(argv[3], 2, largest_count, accepted));
    if (!strcmp(mode, "guess") && argc == 4) return guess(size, number(argv[3], 1, UINT64_MAX / 2, accepted));
    if (argc != 5) usage(accepted);
    const uint64_t last = number(argv[4], 1, UINT64_MAX / 2, accepted);
    if (!strcmp(mode, "reuse")) return reuse(size, number(argv[3], 1, largest_live, accepted), last);
    if (strcmp(mode, "worn")) usage(accepted);
    wear(size, last);
    return print_addresses(size, number(argv[3], 2, largest_count, accepted));
}
