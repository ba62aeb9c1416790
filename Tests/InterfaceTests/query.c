// bw_query: every kind of address, exact where the variant keeps states, and no fault wherever it points.
#include "bulwark.h"
#include "expect.h"
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

static bool is_tracking(void) { return !is_variant("release"); }

static enum bw_state state_of(const void *address) { return bw_query(address, NULL); }

static int global;
int main(void);

static void foreign(void) {
  int local;
  void *mapping = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const void *const addresses[] = {NULL, &local, &global, mapping, (void *)8, (void *)-1, (void *)0xdead000000000000,
                                   (void *)0x7fffffffffff, (void *)main};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    struct bw_block block = {BW_LIVE, true, &local, 5};
    EXPECT_IN(bw_query(addresses[i], &block) == BW_FOREIGN, "%p", addresses[i]);
    EXPECT(block.state == BW_FOREIGN && !block.start && block.size == 0);
  }
  munmap(mapping, 65536);
}

static void blocks(void) {
  static const size_t sizes[] = {1, 24, 100, 1000, 5000, 20000, 100000, 200000, 3 << 20, 20 << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    const size_t size = sizes[i];
    const bool has_state = is_tracking() || size > 128 << 10;
    char *block = malloc(size), *other = malloc(size);
    for (size_t at = 0; at < size; at += size / 7 + 1) {
      struct bw_block found;
      EXPECT_IN(bw_query(block + at, &found) == (has_state ? BW_LIVE : BW_UNTRACKED), "%zu of %zu: %d", at, size, found.state);
      EXPECT_IN(found.start == block, "%zu of %zu", at, size);
      EXPECT_IN(is_tracking() ? found.is_exact && found.size == size : !found.is_exact && found.size == malloc_usable_size(block),
                "%zu of %zu: %zu", at, size, found.size);
    }
    free(block);
    struct bw_block found;
    enum bw_state state = bw_query(block + size / 2, &found);
    if (has_state) {
      EXPECT_IN(state == BW_FREED || state == BW_WAITING, "%zu: %d", size, state);
      EXPECT_IN(found.start == block, "%zu", size);
      EXPECT_IN(found.size >= size, "%zu: %zu", size, found.size);
    } else {
      EXPECT_IN(state == BW_UNTRACKED || state == BW_FREED, "%zu: %d", size, state);
    }
    EXPECT_EQUAL(state_of(other), has_state ? BW_LIVE : BW_UNTRACKED);
    free(other);
  }
  void *nothing = malloc(0);
  if (is_tracking()) {
    struct bw_block found;
    EXPECT(bw_query(nothing, &found) == BW_LIVE && found.size == 0 && found.start == nothing);
    free(nothing);
    EXPECT_EQUAL(state_of(nothing), BW_FREED);
  }
}

static void *free_it(void *block) {
  free(block);
  return NULL;
}

// A block that another thread freed waits for its owner.
static void waiting(void) {
  if (!is_tracking()) return;
  char *blocks[64];
  for (int i = 0; i < 64; i++) blocks[i] = malloc(400);
  pthread_t thread;
  for (int i = 0; i < 64; i++) {
    pthread_create(&thread, NULL, free_it, blocks[i]);
    pthread_join(thread, NULL);
    enum bw_state state = state_of(blocks[i]);
    EXPECT_IN(state == BW_WAITING, "block %d: %d", i, state);
  }
}

// Pages whose blocks are all gone.
static void emptied(void) {
  enum { count = 20000 };
  static char *blocks[count];
  for (int i = 0; i < count; i++) blocks[i] = malloc(600);
  for (int i = 0; i < count; i++) free(blocks[i]);
  bw_collect(true);
  int freed = 0;
  for (int i = 0; i < count; i++) {
    struct bw_block found;
    enum bw_state state = bw_query(blocks[i] + 17, &found);
    EXPECT_IN(state != BW_LIVE && state != BW_FOREIGN, "block %d: %d", i, state);
    freed += state == BW_FREED && found.start == blocks[i];
  }
  // Runs of slices that serve again have forgotten.
  if (is_tracking()) EXPECT_AT_LEAST(freed, count / 2);
}

static atomic_bool is_over;

static void *churn(void *seed) {
  uint32_t random = (uint32_t)(uintptr_t)seed;
  void *blocks[64] = {0};
  while (!atomic_load(&is_over)) {
    random = random * 1664525 + 1013904223;
    void **place = &blocks[random >> 26];
    free(*place);
    *place = malloc((random >> 8) % (random & 64 ? 3000 : 2000000));
  }
  for (int i = 0; i < 64; i++) free(blocks[i]);
  return NULL;
}

// Any address at all, while other threads allocate and free: no fault, no nonsense.
static void anything(void) {
  pthread_t threads[2];
  for (uintptr_t i = 0; i < 2; i++) pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
  const uintptr_t base = (uintptr_t)malloc(1 << 20);
  uint64_t random = 88172645463325252ull;
  printf("seed 88172645463325252\n");
  for (long i = 0; i < full_or_quick(400000, 40000); i++) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    const uintptr_t near = base + (random % (64 << 20)) - (32 << 20);
    const void *address = (const void *)(i % 3 == 0 ? random : i % 3 == 1 ? random >> 17 : near);
    struct bw_block found;
    enum bw_state state = bw_query(address, &found);
    EXPECT(state <= BW_UNTRACKED && state == found.state);
    if (found.start) EXPECT_IN(found.start <= address, "%p in a block at %p", address, found.start);
  }
  atomic_store(&is_over, true);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  free((void *)base);
}

int main(void) {
  expect_start();
  foreign();
  blocks();
  waiting();
  emptied();
  anything();
  return expect_end();
}
