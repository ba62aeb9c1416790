// Blocks, and the threads that they come from and go to.
#include "support.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct { operation *step; char *block; size_t number; } order;
static sem_t ordered, done;
static volatile int at_start, both_go;

static void *other_thread(void *nothing) {
  for (;;) {
    sem_wait(&ordered);
    about_this_thread();
    order.step(order.block, order.number);
    sem_post(&done);
  }
  return nothing;
}

static void start(void *(*body)(void *), pthread_t *thread) {
  if (pthread_create(thread, NULL, body, NULL)) give_up("no thread");
}

void start_other_thread(void) {
  pthread_t thread;
  sem_init(&ordered, 0, 0);
  sem_init(&done, 0, 0);
  start(other_thread, &thread);
}

void by(const struct scenario *scenario, operation *step, char *block, size_t number) {
  if (scenario->thread != OTHER) {
    step(block, number);
    return;
  }
  order.step = step, order.block = block, order.number = number;
  sem_post(&ordered);
  sem_wait(&done);
  about_this_thread();
}

static void *one_of_two(void *nothing) {
  about_this_thread();
  __atomic_fetch_add(&at_start, 1, __ATOMIC_SEQ_CST);
  while (!both_go);
  order.step(order.block, order.number);
  return nothing;
}

void by_two_at_once(operation *step, char *block, size_t number) {
  pthread_t threads[2];
  about_any_thread();
  order.step = step, order.block = block, order.number = number;
  for (int i = 0; i < 2; i++) start(one_of_two, &threads[i]);
  while (at_start < 2) sched_yield();
  both_go = 1;
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}

__attribute__((noipa)) char *allocate_here(const struct scenario *scenario) {
  size_t alignment = scenario->size->alignment;
  char *block = OPAQUE((char *)(alignment ? aligned_alloc(alignment, scenario->bytes) : malloc(scenario->bytes)));
  if (!block) give_up("no memory");
  return block;
}

static const struct scenario *thread_scenario;
static void *thread_that_ends(void *nothing) {
  (void)nothing;
  (void)allocate_here(thread_scenario);  // stays, so that what the block shares with others does, too
  return allocate_here(thread_scenario);
}

char *allocate(const struct scenario *scenario) {
  if (scenario->thread == ENDED) {
    pthread_t thread;
    void *block;
    thread_scenario = scenario;
    start(thread_that_ends, &thread);
    pthread_join(thread, &block);
    return block;
  }
  char *block = allocate_here(scenario);
  if (scenario->thread == FORKED) {
    pid_t child = fork();
    if (child < 0) give_up("no fork");
    if (child > 0) {
      int status;
      if (waitpid(child, &status, 0) != child) give_up("no child");
      // Not by the signal itself: a handler of the library's may be in front of it.
      _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
    about_this_thread();
    alarm(time_limit);  // not inherited
  }
  return block;
}

enum { held_limit = 8192 };
void reuse(const char *block, const struct scenario *scenario) {
  static char *held[held_limit];
  size_t bytes = scenario->bytes, rounds = bytes <= 1024 ? held_limit : bytes <= 8192 ? 2048 : 512;
  size_t count = 0, oldest = 0;
  for (size_t i = 0; i < rounds; i++) {
    held[count] = allocate_here(scenario);
    if (held[count++] == block) give_up("the block was handed out again");
    if (i % 2) free(held[oldest++]);
  }
  while (oldest < count) free(held[oldest++]);
}
