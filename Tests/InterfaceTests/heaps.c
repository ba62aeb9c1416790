// Heaps of the program's: their blocks are malloc's, they end with or without them, and what is gone is not used again.
#include "bulwark.h"
#include "child.h"
#include "pattern.h"
#include <errno.h>
#include <pthread.h>

static const size_t sizes[] = {0, 1, 24, 100, 1000, 5000, 20000, 100000, 131064, 200000, 3 << 20, 20 << 20};
enum { size_count = sizeof sizes / sizeof *sizes };

static void *free_it(void *block) {
  free(block);
  return NULL;
}

static void by_other_thread(void *(*body)(void *), void *argument) {
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, body, argument) == 0);
  pthread_join(thread, NULL);
}

static void allocation(void) {
  bw_heap *heap = bw_heap_new();
  REQUIRE(heap);
  for (int i = 0; i < size_count; i++) {
    const size_t size = sizes[i];
    char *block = bw_heap_malloc(heap, size);
    REQUIRE(block);
    EXPECT_IN((uintptr_t)block % 16 == 0 && bw_usable_size(block) >= size, "size %zu", size);
    EXPECT_IN(bw_heap_owns(heap, block), "size %zu", size);
    pattern_fill(block, size, 1);
    block = bw_heap_realloc(heap, block, size * 2 + 1);
    EXPECT_IN(pattern_holds(block, size, size, 1) && bw_heap_owns(heap, block), "size %zu", size);
    if (i % 3 == 0) free(block);
    else if (i % 3 == 1) bw_heap_free(heap, block);
    else by_other_thread(free_it, block);
    char *zero = bw_heap_calloc(heap, 2, size);
    EXPECT_IN(all_zero(zero, 2 * size), "size %zu", size);
    memset(zero, 5, 2 * size);
    bw_heap_free(heap, zero);
    for (size_t alignment = 16; alignment <= 65536; alignment *= 16) {
      char *aligned = bw_heap_malloc_aligned(heap, size, alignment);
      EXPECT_IN((uintptr_t)aligned % alignment == 0 && bw_heap_owns(heap, aligned), "%zu at %zu", size, alignment);
      free(aligned);
    }
  }
  // realloc of one heap's block by another, and by the thread's own.
  bw_heap *other = bw_heap_new();
  char *block = bw_heap_malloc(heap, 100);
  pattern_fill(block, 100, 2);
  block = bw_heap_realloc(other, block, 9000);
  EXPECT(pattern_holds(block, 100, 100, 2) && bw_heap_owns(other, block) && !bw_heap_owns(heap, block));
  block = realloc(block, 100000);
  EXPECT(pattern_holds(block, 100, 100, 2) && !bw_heap_owns(other, block));
  free(block);
  errno = 0;
  EXPECT(!bw_heap_malloc(heap, OPAQUE((size_t)PTRDIFF_MAX + 1)) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_heap_calloc(heap, OPAQUE(SIZE_MAX / 2), 3) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_heap_malloc_aligned(heap, 8, 24) && errno == EINVAL);
  EXPECT(!bw_heap_owns(heap, &errno) && !bw_heap_owns(heap, NULL));
  EXPECT(bw_heap_delete(other));
  EXPECT(bw_heap_delete(heap));
}

// Blocks survive their heap.
static void deletion(void) {
  enum { count = 3000 };
  static char *blocks[count];
  static size_t lengths[count];
  uint64_t state = random_seed();
  bw_heap *heap = bw_heap_new();
  for (int i = 0; i < count; i++) {
    lengths[i] = random_size(&state, 300000);
    blocks[i] = bw_heap_malloc(heap, lengths[i]);
    pattern_fill(blocks[i], lengths[i], (uint64_t)i);
    if (i % 3 == 0) free(blocks[i]), blocks[i] = NULL;
  }
  EXPECT(bw_heap_delete(heap));
  for (int i = 0; i < 2000; i++) free(malloc(random_size(&state, 300000)));
  // A new heap in the place of the old one has none of them.
  heap = bw_heap_new();
  EXPECT(bw_heap_destroy(heap));
  for (int i = 0; i < count; i++) {
    if (!blocks[i]) continue;
    EXPECT_IN(pattern_holds(blocks[i], lengths[i], lengths[i], (uint64_t)i), "block %d", i);
    if (i % 2) free(blocks[i]); else by_other_thread(free_it, blocks[i]);
  }
}

static struct bw_statistics now(void) {
  struct bw_statistics statistics;
  bw_statistics_read(&statistics, sizeof statistics);
  return statistics;
}

// All at once, and again and again: nothing is left.
static void destruction(void) {
  uint64_t state = random_seed();
  static char *kept[1000];
  for (int i = 0; i < 1000; i++) kept[i] = malloc(i), pattern_fill(kept[i], (size_t)i, 7);
  struct bw_statistics before = now();
  for (int round = 0; round < full_or_quick(100, 20); round++) {
    bw_heap *heap = bw_heap_new();
    for (int i = 0; i < 1000; i++) {
      const size_t size = random_size(&state, 400000);
      char *block = bw_heap_malloc(heap, size);
      memset(block, 3, size < 10000 ? size : 10000);
      if (i % 7 == 0) free(block);
      if (i % 11 == 0) by_other_thread(free_it, bw_heap_malloc(heap, size));
    }
    if (round % 10 == 0)
      for (int i = 0; i < 100; i++) EXPECT(bw_heap_malloc(heap, 150000 + 4096 * (size_t)i));
    EXPECT(bw_heap_destroy(heap));
  }
  struct bw_statistics after = now();
  EXPECT_AT_MOST(after.live_count, before.live_count + 50);
  EXPECT_EQUAL(after.large_count, before.large_count);
  EXPECT_EQUAL(after.huge_count, before.huge_count);
  for (int i = 0; i < 1000; i++) {
    EXPECT(pattern_holds(kept[i], (size_t)i, (size_t)i, 7));
    free(kept[i]);
  }
}

struct seen {
  char **blocks;
  int count, found, limit;
};

static bool see(void *block, size_t size, void *context) {
  struct seen *seen = context;
  for (int i = 0; i < seen->count; i++)
    if (seen->blocks[i] == block) {
      seen->found++;
      EXPECT(size >= (size_t)(i % size_count ? sizes[i % size_count] : 0));
      if (!is_variant("release")) EXPECT_IN(size == sizes[i % size_count], "%zu", size);
    }
  return --seen->limit != 0;
}

static void walk(void) {
  enum { count = 20 * size_count };
  static char *blocks[count];
  bw_heap *heap = bw_heap_new();
  for (int i = 0; i < count; i++) blocks[i] = bw_heap_malloc(heap, sizes[i % size_count]);
  int live = count;
  for (int i = 0; i < count; i += 3) free(blocks[i]), blocks[i] = NULL, live--;
  struct seen seen = {blocks, count, 0, 1000000};
  EXPECT(bw_heap_visit(heap, see, &seen));
  EXPECT_EQUAL(seen.found, live);
  EXPECT_EQUAL(1000000 - seen.limit, live);
  seen = (struct seen){blocks, count, 0, 5};
  EXPECT(!bw_heap_visit(heap, see, &seen));
  EXPECT_EQUAL(seen.found, 5);
  EXPECT(bw_heap_destroy(heap));
}

static void *use_default(void *heap) {
  bw_heap *own = bw_heap_default();
  EXPECT(own && own != heap);
  EXPECT(bw_heap_set_default(heap) == own);
  void *block = malloc(100);
  EXPECT(bw_heap_owns(heap, block));
  // The thread ends with the heap as its default: the heap lives on.
  return block;
}

static void *set_default(void *heap) {
  errno = 0;
  EXPECT(!bw_heap_set_default(heap) && errno == EBUSY);
  errno = 0;
  EXPECT(!bw_heap_destroy(heap) && errno == EBUSY);
  return NULL;
}

static void defaults(void) {
  bw_heap *own = bw_heap_default(), *heap = bw_heap_new();
  EXPECT(own && bw_heap_default() == own);
  EXPECT(bw_heap_set_default(heap) == own);
  EXPECT(bw_heap_default() == heap);
  char *blocks[100];
  for (int i = 0; i < 100; i++) {
    blocks[i] = malloc((size_t)i * 100);
    EXPECT(bw_heap_owns(heap, blocks[i]) && !bw_heap_owns(own, blocks[i]));
  }
  by_other_thread(set_default, heap);
  for (int i = 0; i < 50; i++) free(blocks[i]);
  EXPECT(bw_heap_set_default(own) == heap);
  void *block = malloc(100);
  EXPECT(bw_heap_owns(own, block));
  free(block);
  for (int i = 50; i < 100; i++) free(blocks[i]);
  EXPECT(bw_heap_set_default(heap) == own);
  malloc(1000);
  EXPECT(bw_heap_destroy(heap));  // it was the default: the own one is again
  EXPECT(bw_heap_default() == own);
  heap = bw_heap_new();
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, use_default, heap);
  pthread_join(thread, &result);
  EXPECT(bw_heap_owns(heap, result));
  void *more = bw_heap_malloc(heap, 50);
  EXPECT(more);
  free(result);
  EXPECT(bw_heap_destroy(heap));
  errno = 0;
  EXPECT(!bw_heap_delete(own) && errno == EINVAL);  // a thread's own
}

static void *churn(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  bw_heap *heap = bw_heap_new();
  void *blocks[200] = {0};
  for (int i = 0; i < full_or_quick(60000, 10000); i++) {
    void **place = &blocks[random_next(&state) % 200];
    if (random_next(&state) & 1) free(*place); else bw_heap_free(heap, *place);
    *place = bw_heap_malloc(heap, random_size(&state, 200000));
    if (i % 3000 == 2999) {
      EXPECT(bw_heap_destroy(heap));
      memset(blocks, 0, sizeof blocks);
      heap = bw_heap_new();
    }
  }
  EXPECT(bw_heap_delete(heap));
  for (int i = 0; i < 200; i++) free(blocks[i]);
  return NULL;
}

static void many_threads(void) {
  pthread_t threads[4];
  for (uintptr_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, churn, (void *)(i * 77 + 5));
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}

static bw_heap *shared;
static void use_in_child(void *nothing) {
  (void)nothing;
  void *block = bw_heap_malloc(shared, 300);
  if (!block) _exit(2);
  free(block);
  if (!bw_heap_destroy(shared)) _exit(3);
}

static void forks(void) {
  shared = bw_heap_new();
  for (int i = 0; i < 500; i++) bw_heap_malloc(shared, 300);
  struct child_outcome outcome = run_child(use_in_child, NULL);
  EXPECT_IN(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0, "status 0x%x: %s", outcome.status, outcome.text);
  EXPECT(bw_heap_destroy(shared));
}

static void many(void) {
  static bw_heap *heaps[5000];
  for (int i = 0; i < 5000; i++) {
    heaps[i] = bw_heap_new();
    REQUIRE(heaps[i]);
    if (i % 100 == 0) EXPECT(bw_heap_malloc(heaps[i], 100));
  }
  for (int i = 0; i < 5000; i++) EXPECT(bw_heap_destroy(heaps[i]));
}

static void release_refuses(void) {
  bw_heap *heap = bw_heap_new();
  EXPECT(bw_heap_delete(heap));
  errno = 0;
  EXPECT(!bw_heap_malloc(heap, 10) && errno == EINVAL);
  EXPECT(!bw_heap_malloc(NULL, 10) && !bw_heap_delete(NULL) && !bw_heap_destroy((bw_heap *)&heap));
}

int main(void) {
  expect_start();
  allocation();
  deletion();
  destruction();
  walk();
  defaults();
  many_threads();
  forks();
  many();
  if (is_variant("release")) release_refuses();
  EXPECT_EQUAL(bw_check_heap(), 0);
  return expect_end();
}
