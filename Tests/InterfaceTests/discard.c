// acquire, discard, reclaim, flush and query: blocks of one thread that others discard wait until it takes them back.
#include "bulwark.h"
#include "expect.h"
#include <pthread.h>
#include <stdatomic.h>

enum { count = 4000 };
static void *blocks[count];

static void *discard_all(void *step) {
  for (size_t i = 0; i < count; i += (size_t)step) bw_discard(blocks[i]);
  return NULL;
}

static void by_other_thread(size_t step) {
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, discard_all, (void *)step) == 0);
  pthread_join(thread, NULL);
}

static int count_in(enum bw_state state) {
  int sum = 0;
  for (int i = 0; i < count; i++) sum += bw_query(blocks[i], NULL) == state;
  return sum;
}

static void in_one_go(void) {
  for (int i = 0; i < count; i++) blocks[i] = bw_acquire(200 + (size_t)i % 300);
  bw_flush();
  by_other_thread(2);
  if (!is_variant("release")) {
    EXPECT_EQUAL(count_in(BW_WAITING), count / 2);
    EXPECT_EQUAL(count_in(BW_LIVE), count / 2);
  }
  EXPECT_EQUAL(bw_flush(), count / 2);
  EXPECT_EQUAL(bw_flush(), 0);
  if (!is_variant("release")) {
    EXPECT_EQUAL(count_in(BW_WAITING), 0);
    EXPECT_EQUAL(count_in(BW_LIVE), count / 2);
  }
  // In the owner a discard is a free.
  for (int i = 1; i < count; i += 2) {
    bw_discard(blocks[i]);
    if (!is_variant("release")) EXPECT_EQUAL(bw_query(blocks[i], NULL), BW_FREED);
  }
}

static void bit_by_bit(void) {
  for (int i = 0; i < count; i++) blocks[i] = bw_acquire(200 + (size_t)i % 300);
  bw_flush();
  EXPECT_EQUAL(bw_reclaim(1000), 0);
  by_other_thread(1);
  size_t sum = 0, most = 0;
  int calls = 0;
  while (sum < count && calls < 5000) {
    size_t now = bw_reclaim(1);
    sum += now;
    if (now > most) most = now;
    calls++;
  }
  EXPECT_EQUAL(sum, count);
  EXPECT_EQUAL(bw_reclaim(1000), 0);
  EXPECT_EQUAL(count_in(BW_WAITING), 0);
}

// One thread acquires, two discard at the same time; the owner's loop reclaims, so nothing piles up.
enum { ring = 1024 };
static _Atomic(void *) slots[ring];
static atomic_bool is_over;

static void *consume(void *first) {
  for (size_t i = (size_t)first;; i = (i + 2) % ring) {
    void *block = atomic_exchange(&slots[i], NULL);
    if (block) {
      if (((size_t *)block)[0] != ~((size_t *)block)[1]) expect_fail(__FILE__, __LINE__, "content", "%s", "");
      bw_discard(block);
    } else if (atomic_load(&is_over)) {
      return NULL;
    }
  }
}

static void at_once(void) {
  pthread_t threads[2];
  for (size_t i = 0; i < 2; i++) pthread_create(&threads[i], NULL, consume, (void *)i);
  size_t sum = 0;
  for (size_t i = 0; i < (size_t)full_or_quick(400000, 50000); i++) {
    size_t *block = bw_acquire(16 + i * 37 % 1500);
    REQUIRE(block);
    block[0] = i, block[1] = ~i;
    void *old = atomic_exchange(&slots[i % ring], block);
    bw_discard(old);
    if (i % 64 == 0) sum += bw_reclaim(4);
  }
  atomic_store(&is_over, true);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < ring; i++) bw_discard(atomic_load(&slots[i]));
  printf("%zu blocks reclaimed by the loop\n", sum);
  EXPECT_EQUAL(bw_check_heap(), 0);
}

int main(void) {
  expect_start();
  // A sampled block waits in quarantine, whoever discards it.
  bw_option_set("sample_rate", "0");
  in_one_go();
  bit_by_bit();
  at_once();
  return expect_end();
}
