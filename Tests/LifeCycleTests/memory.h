// How much memory this process has, from /proc, read without allocating any.
#pragma once
#include "expect.h"
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { kib = 1, mib = 1024 };  // the kernel counts in KiB, and so do these tests

// A field of /proc/self/status in KiB: "VmRSS:", "VmSize:", "VmHWM:".
__attribute__((unused)) static long memory_now(const char *field) {
  char text[4096];
  int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  REQUIRE(length > 0);
  text[length] = 0;
  const char *line = strstr(text, field);
  REQUIRE(line != NULL);
  return atol(line + strlen(field));
}

__attribute__((unused)) static void sleep_milliseconds(long count) {
  struct timespec time = {count / 1000, count % 1000 * 1000000};
  nanosleep(&time, NULL);
}

// The resident size once it is at most `bound`, or after some seconds. Between looks it allocates and frees a little in a few
// sizes, which is what drives a purge that has no thread of its own.
__attribute__((unused)) static long resident_after_purge(long bound) {
  static const size_t sizes[] = {40, 1000, 20000, 300000};
  long resident = 0;
  for (int look = 0; look < 60; look++) {
    sleep_milliseconds(75);
    for (int i = 0; i < 40; i++) {
      void *block = malloc(sizes[i % 4]);
      REQUIRE(block != NULL);
      free(block);
    }
    resident = memory_now("VmRSS:");
    if (resident <= bound) break;
  }
  return resident;
}
