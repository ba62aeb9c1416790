// What the kernel says of the process. In C for getrusage's struct.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#include "CBulwark.h"

// Reads a file of /proc into a buffer, and ends it with a zero. Empty if it cannot be had.
static void read_file(const char *path, char *buffer, size_t bytes) {
  int file = bw_os_open(path);
  long count = file < 0 ? 0 : bw_os_read(file, buffer, bytes - 1);
  if (file >= 0) bw_os_close(file);
  buffer[count > 0 ? count : 0] = 0;
}

// The number that is the `place`th word, from 1 on, of a text.
static uint64_t word(const char *text, int place) {
  while (--place > 0) {
    while (*text && *text != ' ') text++;
    while (*text == ' ') text++;
  }
  uint64_t sum = 0;
  for (; *text >= '0' && *text <= '9'; text++) sum = sum * 10 + (uint64_t)(*text - '0');
  return sum;
}

static uint64_t milliseconds(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_usec / 1000;
}

__attribute__((visibility("default"))) size_t bw_api_process_info_read(struct bw_process_info *info, size_t size) {
  struct bw_process_info all = {0};
  struct rusage usage;
  char text[1024];
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    all.user_ms = milliseconds(usage.ru_utime);
    all.system_ms = milliseconds(usage.ru_stime);
    all.peak_resident_bytes = (size_t)usage.ru_maxrss * 1024;
    all.minor_faults = (uint64_t)usage.ru_minflt;
    all.major_faults = (uint64_t)usage.ru_majflt;
  }
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  read_file("/proc/self/statm", text, sizeof text);
  all.virtual_bytes = word(text, 1) * page;
  all.resident_bytes = word(text, 2) * page;
  // Behind the program's name, which may hold anything, field 22 is when it started, in ticks since the system did.
  read_file("/proc/self/stat", text, sizeof text);
  const char *rest = NULL;
  for (const char *at = text; *at; at++)
    if (*at == ')') rest = at;
  struct timespec now;
  const uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);
  if (rest && rest[1] == ' ' && ticks && clock_gettime(CLOCK_BOOTTIME, &now) == 0) {
    const uint64_t uptime = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    const uint64_t start = word(rest + 2, 20) * 1000 / ticks;
    if (start && uptime >= start) all.elapsed_ms = uptime - start;
  }
  const size_t count = size < sizeof all ? size : sizeof all;
  bw_copy(info, &all, count);
  return count;
}
