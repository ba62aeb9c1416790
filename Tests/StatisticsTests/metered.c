// A program whose statistics are collected: the argument says when it looks at the file. It holds 1,000 blocks of 100 bytes.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void *held[1000];
static const char *file;

static void nap(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&time, &time)) continue;
}
// The file's inode: each write makes another file.
static ino_t version(void) {
  struct stat status;
  return stat(file, &status) ? 0 : status.st_ino;
}
static void allocate(int count) {
  for (int i = 0; i < count; i++) {
    void *volatile block = malloc(16 + i % 3000);
    free(block);
  }
}

// While the program allocates nothing, in a thread that is not in malloc: the file is there when the handler returns.
static int asked(void) {
  if (version()) return 3;
  raise(SIGUSR1);
  return version() ? 0 : 4;
}
// At intervals of a second, while the program allocates; at most once in each.
static int intervals(void) {
  ino_t last = version();
  int count = 0;
  for (int i = 0; i < 260; i++) {
    allocate(2000);
    nap(10);
    if (version() != last) count++;
    last = version();
  }
  return count >= 2 && count <= 4 ? 0 : 5;
}
// Not before the end.
static int never(void) {
  for (int i = 0; i < 120; i++) {
    allocate(2000);
    nap(10);
  }
  return version() ? 6 : 0;
}

int main(int count, char **arguments) {
  if (count != 3) return 8;
  file = arguments[2];
  for (int i = 0; i < 1000; i++) held[i] = malloc(100);
  if (!strcmp(arguments[1], "asked")) return asked();
  if (!strcmp(arguments[1], "intervals")) return intervals();
  if (!strcmp(arguments[1], "never")) return never();
  return strcmp(arguments[1], "end") ? 8 : 0;
}
