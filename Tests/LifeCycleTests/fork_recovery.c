// The child of a fork that left threads behind: it frees their blocks and uses the free memory of their pages again, where
// the variant keeps blocks' states; so does the child of a fork without handlers.
#include "memory.h"
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>

enum { threads = 4, blocks = 20000, byte_count = 64 };
static unsigned char *kept[threads][blocks];
static int ready, done;

static void *work(void *argument) {
  long thread = (long)argument;
  for (int i = 0; i < blocks; i++) {
    kept[thread][i] = malloc(byte_count);
    REQUIRE(kept[thread][i] != NULL);
    memset(kept[thread][i], (int)thread + 1, byte_count);
  }
  for (int i = 0; i < blocks; i += 2) {
    free(kept[thread][i]);
    kept[thread][i] = NULL;
  }
  __atomic_fetch_add(&ready, 1, __ATOMIC_ACQ_REL);
  // The forks catch the threads in the middle of malloc and free.
  while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
    free(malloc(200));
    free(malloc(byte_count));
  }
  return NULL;
}

// Half of the threads' blocks are free: nearly as many new ones fit without more segments or resident memory.
static void reuse(void) {
  enum { count = threads * blocks / 2 - 4000 };
  static void *own[count];
  long before = memory_now("VmRSS:");
  for (int i = 0; i < count; i++) {
    own[i] = malloc(byte_count);
    REQUIRE(own[i] != NULL);
  }
  // Their pages' descriptors and lists are written, which costs the child copies of what it shared.
  long grown = memory_now("VmRSS:") - before;
  if (strcmp(bw_variant(), "release") != 0) EXPECT_AT_MOST(grown, count * (byte_count + 16) / 1024 / 2);
  for (int thread = 0; thread < threads; thread++) {
    for (int i = 1; i < blocks; i += 2) {
      for (int at = 0; at < byte_count; at++) EXPECT_EQUAL(kept[thread][i][at], thread + 1);
      free(kept[thread][i]);
    }
  }
  for (int i = 0; i < count; i++) free(own[i]);
}

int main(void) {
  expect_start();
  pthread_t all[threads];
  for (long i = 0; i < threads; i++) REQUIRE(pthread_create(&all[i], NULL, work, (void *)i) == 0);
  while (__atomic_load_n(&ready, __ATOMIC_ACQUIRE) < threads) sleep_milliseconds(1);
  // glibc 2.34 and later.
  pid_t (*fork_quietly)(void) = (pid_t(*)(void))dlsym(RTLD_DEFAULT, "_Fork");
  for (int round = 0; round < 20; round++) {
    pid_t child = round % 2 && fork_quietly ? fork_quietly() : fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      expect_failures = 0;  // the parent's are not ours
      reuse();
      _exit(expect_end());
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    EXPECT_EQUAL(status, 0);
  }
  __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
  for (int i = 0; i < threads; i++) pthread_join(all[i], NULL);
  return expect_end();
}
