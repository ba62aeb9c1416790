// A signal handler may ask the allocator about a block while the interrupted code is in the middle of malloc or free.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

extern bool bw_owns(const void *) __attribute__((weak));
extern size_t bw_good_size(size_t) __attribute__((weak));

static const size_t sizes[] = {16, 1000, 20000, 200000, 3145728};
static void *blocks[5];
static size_t usable[5];
static long handled, wrong, stop;
static pthread_t target;

// Only counts: the handler itself must not print.
static void handler(int number) {
  int saved = errno;
  (void)number;
  for (int i = 0; i < 5; i++) {
    if (malloc_usable_size(blocks[i]) != usable[i]) wrong++;
    if (!bw_owns(blocks[i]) || bw_owns(&saved)) wrong++;
    if (bw_good_size(sizes[i]) < sizes[i]) wrong++;
  }
  free(NULL);
  __atomic_fetch_add(&handled, 1, __ATOMIC_RELEASE);
  errno = saved;
}

static void *send_signals(void *unused) {
  long count = full_or_quick(30000, 5000);
  for (long i = 0; i < count; i++) {
    // One at a time: pending signals would merge.
    pthread_kill(target, SIGUSR1);
    while (__atomic_load_n(&handled, __ATOMIC_ACQUIRE) <= i) __builtin_ia32_pause();
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
  return unused;
}

int main(void) {
  expect_start();
  REQUIRE(bw_owns && bw_good_size);
  for (int i = 0; i < 5; i++) {
    REQUIRE(blocks[i] = malloc(sizes[i]));
    usable[i] = malloc_usable_size(blocks[i]);
  }
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  target = pthread_self();
  pthread_t sender;
  uint64_t state = random_seed();
  REQUIRE(pthread_create(&sender, NULL, send_signals, NULL) == 0);
  static void *slots[1000];
  for (long i = 0; !__atomic_load_n(&stop, __ATOMIC_ACQUIRE); i++) {
    size_t slot = random_next(&state) % 1000, size = random_size(&state, 300000);
    free(slots[slot]);
    REQUIRE(slots[slot] = i % 2 ? malloc(size) : realloc(NULL, size));
    ((char *)slots[slot])[size - 1] = 1;
  }
  pthread_join(sender, NULL);
  EXPECT_EQUAL(wrong, 0);
  EXPECT_AT_LEAST(handled, 5000);
  return expect_end();
}
