// foreign_pointers=forward: pointers of an allocator that comes after us go to it, by free, realloc and
// malloc_usable_size, from any thread at any time; what it hands back ends here. Our own never leave. Run by foreign.sh.
#include "expect.h"
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>

static void *(*other_allocate)(size_t);
static int *other_frees, *other_unknown;
static pthread_key_t key;

static void *filled(size_t size) {
  char *block = (char *)other_allocate(size);
  for (size_t i = 0; i < size; i++) block[i] = (char)(i * 7);
  return block;
}

static int holds(const char *block, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (block[i] != (char)(i * 7)) return 0;
  return 1;
}

static void every_call(void) {
  int frees = *other_frees;
  char *block = (char *)filled(100);
  EXPECT_EQUAL(malloc_usable_size(block), 100);
  errno = 77;
  block = (char *)realloc(block, 3000);
  REQUIRE(block != NULL);
  EXPECT_EQUAL(malloc_usable_size(block), 3000);
  EXPECT(holds(block, 100));
  EXPECT_EQUAL(*other_frees, frees + 1);
  free(block);
  EXPECT_EQUAL(*other_frees, frees + 2);
  EXPECT(realloc(filled(100), OPAQUE((size_t)0)) == NULL);
  EXPECT_EQUAL(*other_frees, frees + 3);
  EXPECT_EQUAL(errno, 77);
}

// Neither's: the other allocator gets it once, hands it back, and there it ends. And reallocation of such is refused.
static void nobodys(void) {
  static char nobody[4096] __attribute__((aligned(64)));
  int unknown = *other_unknown;
  free(OPAQUE(nobody + 64));
  EXPECT_EQUAL(*other_unknown, unknown + 1);
  EXPECT(OPAQUE(realloc(OPAQUE(nobody + 64), 100)) == NULL);
  EXPECT_EQUAL(malloc_usable_size(OPAQUE(nobody + 64)), 0);
}

static void ours_stay(void) {
  int frees = *other_frees, unknown = *other_unknown;
  for (size_t size = 1; size < (32u << 20); size = size * 3 + 1) {
    char *block = (char *)malloc(size);
    REQUIRE(block != NULL);
    EXPECT_AT_LEAST(malloc_usable_size(block), size);
    block = (char *)realloc(block, size + 1000);
    REQUIRE(block != NULL);
    free(block);
  }
  EXPECT_EQUAL(*other_frees, frees);
  EXPECT_EQUAL(*other_unknown, unknown);
}

// While a thread ends, our blocks come from a heap under a lock, and the other allocator calls us: no deadlock.
static void at_thread_end(void *round) {
  every_call();
  nobodys();
  free(malloc(100));
  if ((intptr_t)round < 3) pthread_setspecific(key, (void *)((intptr_t)round + 1));
}

static void *thread(void *unused) {
  (void)unused;
  free(malloc(100));
  pthread_setspecific(key, (void *)1);
  return NULL;
}

int main(void) {
  expect_start();
  other_allocate = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "other_allocate");
  other_frees = (int *)dlsym(RTLD_DEFAULT, "other_frees");
  other_unknown = (int *)dlsym(RTLD_DEFAULT, "other_unknown");
  REQUIRE(other_allocate && other_frees && other_unknown);
  every_call();
  nobodys();
  ours_stay();
  pthread_key_create(&key, at_thread_end);
  for (int i = 0; i < 3; i++) {
    pthread_t id;
    REQUIRE(pthread_create(&id, NULL, thread, NULL) == 0);
    pthread_join(id, NULL);
  }
  return expect_end();
}
