// abort_handler again|thread|plain: a handler of SIGABRT that itself frees twice, or waits for a thread that does, or
// just says that it ran. Each must end.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"

static const char *mode;

static void *free_twice(void *unused) {
  link_a();
  return unused;
}

static void handler(int number) {
  (void)number;
  static const char text[] = "the handler ran\n";
  if (write(1, text, sizeof text - 1) < 0) _exit(4);
  char *block = malloc(100);
  free(block);
  static int entered;
  if (!strcmp(mode, "again")) link_a();
  if (!strcmp(mode, "thread") && !entered++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, free_twice, NULL) == 0) pthread_join(thread, NULL);
  }
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  mode = arguments[1];
  signal(SIGABRT, handler);
  link_a();
  return 3;
}
