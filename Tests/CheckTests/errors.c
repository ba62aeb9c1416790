// Errors for `bulwark check` to find: the first argument says which.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define APART __attribute__((noinline, visibility("default")))
static volatile int after;

static inline __attribute__((always_inline)) void end(char *block) { free(block); }

APART void free_twice(void) {
  char *block = malloc(40);
  end(block);
  end(block);
  after++;
}

APART void write_past(void) {
  char *volatile block = malloc(40);
  block[40] ^= 1;
  free(block);
  after++;
}

APART void lose(void) {
  void *volatile block = malloc(1000);
  block = NULL;
  after += block == NULL;
}

// Both go wrong at the same time, in processes of their own.
APART int in_children(void) {
  for (int i = 0; i < 6; i++) {
    pid_t child = fork();
    if (child < 0) return 9;
    if (child == 0) {
      if (i % 2) free_twice();
      else write_past();
      _exit(0);
    }
  }
  while (wait(NULL) > 0) after++;
  return 0;
}

int main(int count, char **arguments) {
  const char *what = count > 1 ? arguments[1] : "";
  puts(what);
  fflush(stdout);
  if (!strcmp(what, "twice")) free_twice();
  else if (!strcmp(what, "past")) write_past();
  else if (!strcmp(what, "lose")) lose();
  else if (!strcmp(what, "children")) return in_children();
  else if (!strcmp(what, "both")) free_twice(), write_past();
  else if (!strcmp(what, "status")) return 7;
  else if (!strcmp(what, "signal")) raise(SIGTERM);
  else if (!strcmp(what, "wait")) pause();
  else if (*what) return 2;
  return 0;
}
