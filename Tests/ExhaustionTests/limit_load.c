// limit_load full|live MEBIBYTES: four threads allocate until the limit of memory refuses (`full`: under ulimit -v or ulimit -d), or
// up to a sixth of it (`live`: in a cgroup, which kills instead), free, and go on, five times. NULL says ENOMEM, contents stay, nothing
// is lost on the way: the last time about as much can be had as the time before, and in the end a quarter at once.
#include "pattern.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

enum { thread_count = 4, slot_count = 40000, round_count = 5 };
static const size_t mib = 1 << 20;
struct slot { void *block; size_t size; };
static struct slot *slots[thread_count];
static size_t limit, held, most_held, refusals;
static bool is_live;
static uint64_t seed;
static pthread_barrier_t barrier;

static size_t address_space(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  REQUIRE(file && fscanf(file, "%ld", &pages) == 1);
  fclose(file);
  return (size_t)pages * 4096;
}

// Mostly small blocks, some large ones.
static size_t size_of(uint64_t *state) {
  uint64_t word = random_next(state) % 100;
  return word < 80 ? random_next(state) % 8000 : word < 97 ? random_next(state) % 150000 : random_next(state) % (3 * mib);
}

static void drop(struct slot *slot, uint64_t seed) {
  if (!slot->block) return;
  EXPECT_IN(pattern_holds(slot->block, slot->size, slot->size, seed), "block of %zu", slot->size);
  free(slot->block);
  __atomic_sub_fetch(&held, slot->size, __ATOMIC_RELAXED);
  *slot = (struct slot){NULL, 0};
}

// Allocates until 50 requests were refused; the others meet the limit at the same time. A block that is there is resized.
static void fill(struct slot *all, uint64_t *state, uint64_t thread) {
  for (int refused = 0, i = 0; refused < 50 && i < slot_count; i++) {
    size_t size = size_of(state) + 1;
    if (is_live && __atomic_load_n(&held, __ATOMIC_RELAXED) + size > limit / 6) break;
    size_t at = random_next(state) % slot_count;
    struct slot *slot = &all[at];
    errno = 0;
    void *block = slot->block ? realloc(slot->block, size) : malloc(size);
    if (!block) {
      EXPECT_EQUAL(errno, ENOMEM);
      refused++;
      __atomic_add_fetch(&refusals, 1, __ATOMIC_RELAXED);
      continue;
    }
    size_t kept = slot->size < size ? slot->size : size;
    if (slot->block) EXPECT(pattern_holds(block, slot->size, kept, thread * slot_count + at));
    size_t now = __atomic_add_fetch(&held, size - slot->size, __ATOMIC_RELAXED);
    for (size_t most = __atomic_load_n(&most_held, __ATOMIC_RELAXED);
         now > most && !__atomic_compare_exchange_n(&most_held, &most, now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED);) {}
    *slot = (struct slot){block, size};
    pattern_fill(block, size, thread * slot_count + at);
  }
}

static void *work(void *argument) {
  uint64_t thread = (uint64_t)(uintptr_t)argument, state = seed + thread;
  struct slot *all = slots[thread];
  // Not before there are all: a thread's stack is memory, too.
  pthread_barrier_wait(&barrier);
  for (int round = 0; round < round_count; round++) {
    for (int turn = 0; turn < 4; turn++) {
      fill(all, &state, thread);
      for (size_t i = turn % 2; i < slot_count; i += 2) drop(&all[i], thread * slot_count + i);
    }
    pthread_barrier_wait(&barrier);
    // The thread that is told so looks, while the others wait.
    for (size_t i = 0; i < slot_count; i++) drop(&all[i], thread * slot_count + i);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
      static size_t former;
      printf("round %d: at most %zu MiB of %zu held, %zu requests refused\n", round, most_held / mib, limit / mib, refusals);
      // At first it becomes less: half-used segments count whole at ulimit -d. What is lost each time is lost the last time, too.
      if (round == round_count - 1) EXPECT_AT_LEAST(most_held, former / 10 * 6);
      former = most_held;
      EXPECT_IN(is_live || refusals > 0, "round %d", round);
      EXPECT_EQUAL(held, 0);
      most_held = refusals = 0;
    }
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 3);
  limit = strtoull(arguments[2], NULL, 10) * mib;
  seed = random_seed();
  is_live = strcmp(arguments[1], "live") == 0;
  for (int i = 0; i < thread_count; i++) REQUIRE(slots[i] = calloc(slot_count, sizeof *slots[i]));
  pthread_barrier_init(&barrier, NULL, thread_count);
  pthread_t threads[thread_count];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  for (size_t i = 0; i < thread_count; i++) REQUIRE(pthread_create(&threads[i], &attributes, work, (void *)i) == 0);
  for (size_t i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  void *large = malloc(limit / 4);
  EXPECT(large != NULL);
  free(large);
  printf("%zu MiB of address space in the end\n", address_space() / mib);
  return expect_end();
}
