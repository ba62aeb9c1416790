// forked ROUNDS: children of a process whose other threads take samples, and so may be anywhere in the unwinder, each free
// twice. Every child must end by SIGABRT, and soon.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chain.h"

static void *allocate_for_ever(void *unused) {
  for (;;) free(malloc(64));
  return unused;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, allocate_for_ever, NULL);
  }
  for (int round = 0; round < atoi(arguments[1]); round++) {
    int status;
    pid_t child = fork();
    if (child == 0) {
      alarm(20);  // turns a deadlock into another signal
      link_a();
      _exit(3);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) return 2;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
      printf("round %d: status %x\n", round, status);
      return 1;
    }
  }
  return 0;
}
