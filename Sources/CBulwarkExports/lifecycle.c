// The hooks into a process's life: load, fork, a thread's end. In C because Swift's pthread types, and
// `pthread_atfork` (which belongs to the linking object), cannot be said in Embedded Swift.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "CBulwark.h"

static pthread_key_t thread_key;
static pthread_once_t thread_key_once = PTHREAD_ONCE_INIT;
static bool has_thread_key;

// Runs in the ending thread, perhaps before other keys' destructors, which may still allocate and free.
static void thread_end(void *heap) {
  (void)heap;
  bw_life_thread_end();
}

static void make_thread_key(void) { has_thread_key = pthread_key_create(&thread_key, thread_end) == 0; }

// Makes the calling thread's end known to us. At the first allocation, not at load: libraries' constructors, which
// may start threads, run before a preloaded library's. glibc keeps the first 32 keys inside the thread, so for ours,
// an early one, pthread_setspecific does not allocate.
void bw_life_watch_thread(uintptr_t heap) {
  pthread_once(&thread_key_once, make_thread_key);
  if (has_thread_key) pthread_setspecific(thread_key, (void *)heap);
}

void bw_write_stream(void *stream, const char *text, size_t byteCount) {
  if (stream) fwrite(text, 1, byteCount, stream);
}

// After the program's own handlers and destructors, and before what libc does last: to write what its streams hold.
__attribute__((destructor)) static void unload(void) {
  int status = bw_life_exit();
  if (!status) return;
  fflush(NULL);
  _exit(status);
}

__attribute__((constructor(101))) static void load(void) {
  bw_life_load();
  // After our own start: registering a handler allocates.
  pthread_atfork(bw_life_fork_prepare, bw_life_fork_parent, bw_life_fork_child);
}
