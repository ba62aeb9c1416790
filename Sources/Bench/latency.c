// latency: how long does one call take at worst? Every malloc and every free is timed by the processor's counter and
// counted in a histogram; printed are the median, the 99th, the 99.9th and the 99.99th percentile and the longest. Sizes are those
// of a server: nearly all small, a few large. Several threads swap blocks, so that frees by others are among them. An
// operation is one block replaced.

#include <stdatomic.h>
#include <string.h>
#include <x86intrin.h>

#include "support.h"

static const char accepted[] = "latency THREADS OPERATIONS (THREADS: 1 to 64)";

enum {
    most_threads = 64,
    held_size = 20000,
    shared_size = 4096,
    /// Each power of two is divided into so many buckets, so a percentile is exact to 1/32.
    fine = 32,
    bucket_count = 64 * fine,
};

struct times {
    uint64_t counts[bucket_count], longest;
};

struct worker {
    pthread_t thread;
    uint64_t seed, written, found;
    struct times malloc, free;
};

static struct worker workers[most_threads];
static _Atomic(unsigned char *) shared[shared_size];
static uint64_t each;

static inline uint64_t ticks(void) {
    unsigned processor;
    return __rdtscp(&processor);
}

static size_t bucket(uint64_t value) {
    if (value < fine) return value;
    const unsigned power = 63 - (unsigned)__builtin_clzll(value);
    return (power - 4) * fine + (value >> (power - 5)) - fine;
}

/// The largest value that a bucket counts.
static uint64_t upper_end(size_t index) {
    if (index < fine) return index;
    const unsigned power = (unsigned)(index / fine) + 4;
    return ((uint64_t)(index % fine + fine + 1) << (power - 5)) - 1;
}

static void add(struct times *times, uint64_t value) {
    times->counts[bucket(value)]++;
    if (value > times->longest) times->longest = value;
}

static size_t choose_size(uint64_t *seed) {
    const size_t kind = random_between(seed, 0, 9999);
    if (kind < 10) return random_between(seed, 65536, 524288);
    if (kind < 500) return random_between(seed, 1024, 32768);
    return random_between(seed, 16, 1024);
}

static unsigned char *make(struct worker *self) {
    const uint32_t size = (uint32_t)choose_size(&self->seed);
    const uint64_t start = ticks();
    unsigned char *block = malloc(size);
    add(&self->malloc, ticks() - start);
    if (!block) give_up("memory");
    memcpy(block, &size, sizeof size);
    block[size - 1] = (unsigned char)(size | 1);
    self->written += (unsigned char)(size | 1);
    return block;
}

static void drop(struct worker *self, unsigned char *block) {
    if (!block) return;
    uint32_t size;
    memcpy(&size, block, sizeof size);
    self->found += block[size - 1];
    const uint64_t start = ticks();
    free(block);
    add(&self->free, ticks() - start);
}

static void *work(void *argument) {
    struct worker *self = argument;
    unsigned char **held = calloc(held_size, sizeof *held);
    if (!held) give_up("memory");
    for (uint64_t i = 0; i < each; i++) {
        unsigned char **one = &held[random_between(&self->seed, 0, held_size - 1)];
        // One in eight was in somebody else's hands.
        if (i % 8 == 0) *one = atomic_exchange(&shared[random_between(&self->seed, 0, shared_size - 1)], *one);
        drop(self, *one);
        *one = make(self);
    }
    for (size_t i = 0; i < held_size; i++) drop(self, held[i]);
    free(held);
    return NULL;
}

static double whole(double value) { return (double)(uint64_t)(value + 0.5); }

static void report(const char *call, const struct times *times, double nanoseconds) {
    static const struct {
        const char *name;
        double share;
    } wanted[] = {{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}};
    uint64_t total = 0;
    for (size_t i = 0; i < bucket_count; i++) total += times->counts[i];
    char name[32];
    for (size_t one = 0; one < sizeof wanted / sizeof *wanted; one++) {
        uint64_t sum = 0;
        size_t i = 0;
        while ((sum += times->counts[i]) < wanted[one].share * (double)total) i++;
        snprintf(name, sizeof name, "%s-%s", call, wanted[one].name);
        figure(name, whole((double)upper_end(i) * nanoseconds), "ns");
    }
    snprintf(name, sizeof name, "%s-max", call);
    figure(name, whole((double)times->longest * nanoseconds), "ns");
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    const size_t threads = number(argv[1], 1, most_threads, accepted);
    each = (number(argv[2], 1, UINT64_MAX / 2, accepted) + threads - 1) / threads;

    const uint64_t start = now(), start_ticks = ticks();
    for (size_t i = 0; i < threads; i++) {
        workers[i].seed = first_seed + i;
        workers[i].thread = start_thread(work, &workers[i]);
    }
    for (size_t i = 0; i < threads; i++) pthread_join(workers[i].thread, NULL);
    const double nanoseconds = (double)(now() - start) / (double)(ticks() - start_ticks);
    for (size_t i = 0; i < shared_size; i++) drop(&workers[0], shared[i]);

    static struct times mallocs, frees, nothing;
    uint64_t written = 0, found = 0;
    for (size_t i = 0; i < threads; i++) {
        for (size_t one = 0; one < bucket_count; one++) {
            mallocs.counts[one] += workers[i].malloc.counts[one];
            frees.counts[one] += workers[i].free.counts[one];
        }
        if (workers[i].malloc.longest > mallocs.longest) mallocs.longest = workers[i].malloc.longest;
        if (workers[i].free.longest > frees.longest) frees.longest = workers[i].free.longest;
        written += workers[i].written;
        found += workers[i].found;
    }
    report("malloc", &mallocs, nanoseconds);
    report("free", &frees, nanoseconds);
    // What the counter itself takes is in all of them.
    for (int i = 0; i < 100000; i++) {
        const uint64_t before = ticks();
        add(&nothing, ticks() - before);
    }
    report("clock", &nothing, nanoseconds);
    return finish(each * threads, written, found);
}
