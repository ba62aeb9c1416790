// The place of a freed object is given to another, through which the attacker says what the old pointer sees.
#include "attack.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/// The victim frees an object and keeps its pointer; the attacker has it allocate `count` objects of another type and the
/// same size. Success if the old pointer sees one of them.
static void reuse(size_t bytes, size_t before, size_t count, bool is_elsewhere) {
    static void *others[64], *fresh[1024];
    settle_in();
    spray(others, before, bytes, CLEAN);
    void *object = take(bytes);
    fill(object, bytes, CLEAN);
    if (is_elsewhere) release_elsewhere(&object, 1);
    else free(object);
    for (size_t i = 0; i < count; i++) {
        fresh[i] = take(bytes);
        fill(fresh[i], bytes, MARK);
        if (fresh[i] == object) end_if_reached(read_word(object) == MARK);
    }
}
static void by_next(void) { reuse(some_size(24, 1000), 64, 1, false); }
static void by_eight(void) { reuse(some_size(24, 1000), 64, 8, false); }
static void by_sixty_four(void) { reuse(some_size(24, 1000), 64, 64, false); }
static void by_many(void) { reuse(some_size(24, 1000), 64, 1000, false); }
static void by_next_after_thread(void) { reuse(some_size(24, 1000), 64, 1, true); }
/// A size of which the program has no other blocks: there is little to choose from.
static void rare_by_next(void) { reuse(3000 + dice(4) * 700, 0, 1, false); }
static void rare_by_eight(void) { reuse(3000 + dice(4) * 700, 0, 8, false); }
static void large_by_next(void) { reuse(200000 + dice(8) * 100000, 0, 1, false); }

/// Knows of magazines and waits: frees a block of the attacker's after the object, which then need not wait any longer, and
/// allocates 40, until the object's place is likely to be among those that are chosen from; then eight that count.
static void by_eight_aimed(void) {
    static void *others[200];
    settle_in();
    const size_t bytes = some_size(24, 1000);
    spray(others, 200, bytes, CLEAN);
    void *const own = take(bytes), *const object = take(bytes);
    fill(object, bytes, CLEAN);
    free(object);
    free(own);
    for (size_t i = 0; i < 40; i++) {
        if (take(bytes) == object) end_round(FAILED);
    }
    for (size_t i = 0; i < 8; i++) {
        void *const fresh = take(bytes);
        write_word(fresh, MARK);
        if (fresh == object) end_if_reached(read_word(object) == MARK);
    }
}

/// A block of the attacker's is freed after the object, which then is not the last one.
static void large_by_eight(void) {
    settle_in();
    const size_t bytes = 200000 + dice(8) * 100000;
    void *const object = take(bytes), *const own = take(bytes);
    fill(object, bytes, CLEAN);
    fill(own, bytes, CLEAN);
    free(object);
    free(own);
    for (size_t i = 0; i < 8; i++) {
        void *const fresh = take(bytes);
        write_word(fresh, MARK);
        if (fresh == object) end_if_reached(read_word(object) == MARK);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/// All objects of one size are freed, so that their memory may serve another size; the attacker allocates of the other,
/// after a pause of `pause` milliseconds. It has `limit` seconds, from the pause's end; without one, from before the frees.
static void other_size(unsigned pause, double limit) {
    enum { OBJECTS = 4096, SPRAY = 65536 };
    static void *objects[OBJECTS];
    settle_in();
    const size_t bytes = 248;
    spray(objects, OBJECTS, bytes, CLEAN);
    char *const object = objects[OBJECTS / 2];
    double end = now() + limit;
    release(objects, OBJECTS);
    if (pause > 0) {
        // A busy server's heap meanwhile: allocators that give memory back do so when they are called.
        for (unsigned i = 0; i < 8; i++) {
            usleep(pause * 1000 / 8);
            for (int k = 0; k < 500; k++) free(take(5000));
        }
    }
    if (pause > 0) end = now() + limit;
    for (size_t i = 0; i < SPRAY; i++) {
        char *const block = take(600);
        if (now() > end) return;
        fill(block, 600, MARK);
        if (object >= block && object + 8 <= block + 600) end_if_reached(read_word(object) == MARK);
    }
}
static void other_size_at_once(void) { other_size(0, 0.05); }
static void other_size_later(void) { other_size(400, 0.5); }

const struct strategy reuse_strategies[] = {
    {"reuse-1", by_next},
    {"reuse-8", by_eight},
    {"reuse-8-aimed", by_eight_aimed},
    {"reuse-64", by_sixty_four},
    {"reuse-1000", by_many},
    {"reuse-1-thread", by_next_after_thread},
    {"reuse-rare-1", rare_by_next},
    {"reuse-rare-8", rare_by_eight},
    {"reuse-large-1", large_by_next},
    {"reuse-large-8", large_by_eight},
    {"reuse-other-size", other_size_at_once},
    {"reuse-other-size-later", other_size_later},
    {NULL, NULL},
};
