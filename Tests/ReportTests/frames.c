// A double free down a chain of functions; `frames thread` in a second thread, `frames handler` in a signal's handler.
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "chain.h"

LINK void *thread_body(void *unused) {
  link_a();
  return unused;
}

LINK void handler(int number) {
  link_a();
  after += number;
}

LINK void raiser(void) {
  raise(SIGUSR1);
  after++;
}

int main(int count, char **arguments) {
  pthread_t thread;
  if (count > 1 && !strcmp(arguments[1], "thread")) {
    pthread_create(&thread, NULL, thread_body, NULL);
    pthread_join(thread, NULL);
  } else if (count > 1) {
    signal(SIGUSR1, handler);
    raiser();
  } else {
    link_a();
  }
  return 3;  // no report ended the process
}
