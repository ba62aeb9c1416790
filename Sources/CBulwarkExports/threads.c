// pthread_create, wrapped for one thing: just before a program makes its first thread nobody else can hold the loader's
// lock, so a library can be opened without waiting for anyone. Later costs a load and a test for each thread.
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "CBulwark.h"

typedef int (*thread_maker)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

// libc's own, or whatever else comes after us. Read-only from load on.
static union {
  thread_maker make;
  unsigned char page[4096];
} next __attribute__((aligned(4096)));

static thread_maker find(void) { return (thread_maker)dlsym(RTLD_NEXT, "pthread_create"); }

void bw_threads_start(void) {
  next.make = find();
  mprotect(&next, sizeof next, PROT_READ);
}

__attribute__((visibility("default"))) int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                                                          void *(*start)(void *), void *argument) {
  // Libraries' constructors, which may make threads, run before ours.
  thread_maker make = next.make ? next.make : find();
  if (!make) return EAGAIN;
  if (bw_is_single_threaded()) bw_life_first_thread();
  return make(thread, attributes, start, argument);
}
