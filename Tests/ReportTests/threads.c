// threads COUNT FAILING: COUNT threads, of which FAILING free twice at the same instant; the others wait.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "chain.h"

static pthread_barrier_t start;
static int failing;

static void *body(void *argument) {
  pthread_barrier_wait(&start);
  if ((long)argument < failing) link_a();
  else pause();
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  int total = atoi(arguments[1]);
  failing = atoi(arguments[2]);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 << 10);
  pthread_barrier_init(&start, NULL, (unsigned)total + 1);
  pthread_t *threads = malloc((size_t)total * sizeof *threads);
  for (long i = 0; i < total; i++)
    if (pthread_create(&threads[i], &attributes, body, (void *)i)) return 2;
  pthread_barrier_wait(&start);
  for (int i = 0; i < failing; i++) pthread_join(threads[i], NULL);
  free(threads);
  puts("all went on");
  return 0;
}
