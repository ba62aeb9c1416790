// A program that runs on glibc's malloc opens the library with dlopen and uses it beside: its thread-locals fit into the
// static TLS surplus, threads from before and after have heaps, and closing it is survived.
#include "pattern.h"
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

static void *(*their_malloc)(size_t);
static void *(*their_realloc)(void *, size_t);
static void (*their_free)(void *);
static bool (*their_owns)(const void *);
static sem_t opened;

static void use(void) {
  for (size_t size = 16; size < 10000000; size *= 3) {
    void *block = their_malloc(size), *own = malloc(size);
    REQUIRE(block && own);
    EXPECT(their_owns(block) && !their_owns(own));
    pattern_fill(block, size, size);
    pattern_fill(own, size, size + 1);
    REQUIRE(block = their_realloc(block, size * 2));
    EXPECT(pattern_holds(block, size, size, size));
    EXPECT(pattern_holds(own, size, size, size + 1));
    their_free(block);
    free(own);
  }
}

static void *thread(void *unused) {
  sem_wait(&opened);
  use();
  return unused;
}

int main(int count, char **arguments) {
  REQUIRE(count == 2);
  REQUIRE(!bw_variant);  // or this would not be the test it claims to be
  pthread_t early, late;
  sem_init(&opened, 0, 0);
  REQUIRE(pthread_create(&early, NULL, thread, NULL) == 0);
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) fprintf(stderr, "%s\n", dlerror());
  REQUIRE(library != NULL);
  const char *(*variant)(void) = (const char *(*)(void))dlsym(library, "bw_variant");
  REQUIRE(variant && strcmp(variant(), getenv("EXPECT_VARIANT")) == 0);
  their_malloc = (void *(*)(size_t))dlsym(library, "malloc");
  their_realloc = (void *(*)(void *, size_t))dlsym(library, "realloc");
  their_free = (void (*)(void *))dlsym(library, "free");
  their_owns = (bool (*)(const void *))dlsym(library, "bw_owns");
  REQUIRE(their_malloc && their_realloc && their_free && their_owns && their_malloc != malloc);
  use();
  REQUIRE(pthread_create(&late, NULL, thread, NULL) == 0);
  sem_post(&opened);
  sem_post(&opened);
  pthread_join(late, NULL);
  // The early thread's end runs the library's clean-up, be it before or after the dlclose.
  EXPECT_EQUAL(dlclose(library), 0);
  pthread_join(early, NULL);
  free(malloc(100));
  return expect_end();
}
