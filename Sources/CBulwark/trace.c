// The buffer of a trace. See trace.h. The file is opened for each write: programs close descriptors that they do not know.
#include <time.h>

#include "CBulwark.h"

enum { capacity = 1 << 16, patience = 100000 };

bool bw_trace_is_on;
static int lock;
static char path[544];
static char text[capacity];
static size_t used;

static bool acquire(void) {
  for (int tries = 0; tries < patience; tries++) {
    if (!__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) return true;
    bw_os_yield();
  }
  return false;
}
static void release(void) { __atomic_store_n(&lock, 0, __ATOMIC_RELEASE); }

static void write_out(void) {
  int file = used ? bw_os_open_output(path, false) : -1;
  if (file >= 0) {
    bw_os_write(file, text, used);
    bw_os_close(file);
  }
  used = 0;
}

static void set_path(const char *name) {
  size_t length = strlen(name);
  if (length >= sizeof path) length = sizeof path - 1;
  bw_copy(path, name, length);
  path[length] = 0;
}

void bw_trace_open(const char *name) {
  set_path(name);
  bw_trace_is_on = true;
}

void bw_trace_append(const void *line, size_t bytes) {
  if (!acquire()) return;
  if (used + bytes > capacity) write_out();
  bw_copy(text + used, line, bytes);
  used += bytes;
  release();
}

void bw_trace_flush(void) {
  if (!bw_trace_is_on || !acquire()) return;
  write_out();
  release();
}

void bw_trace_reset(const char *name) {
  used = 0;
  set_path(name);
  release();
}

uint64_t bw_trace_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
