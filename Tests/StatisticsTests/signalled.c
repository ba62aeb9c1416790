// A program that gets the signal of the option statistics_signal, in the way that its argument says; what it prints tells what
// became of its own handling of that signal.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t calls;
static void *held[1000];
static volatile bool is_done;
static const char *file;

static void count(int signal) {
  (void)signal;
  calls++;
}
static void count_with_info(int signal, siginfo_t *info, void *context) {
  (void)signal;
  if (info->si_pid == getpid() && context) calls++;
}
static void say(const char *text) {
  if (write(1, text, strlen(text)) < 0) _exit(8);
}
static void nap(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&time, &time)) continue;
}

// Without a handler of its own: the signal that would end it does not. Nothing is allocated meanwhile.
static int idle(void) {
  kill(getpid(), SIGUSR1);
  nap(50);
  say("lives\n");
  return 0;
}
// A read that waits goes on.
static int restarts(void) {
  int ends[2];
  char byte = 0;
  if (pipe(ends)) return 9;
  pid_t child = fork();
  if (!child) {
    nap(100);
    kill(getppid(), SIGUSR1);
    nap(100);
    _exit(write(ends[1], "x", 1) != 1);
  }
  if (read(ends[0], &byte, 1) != 1 || byte != 'x') return 3;
  waitpid(child, NULL, 0);
  say("read\n");
  return 0;
}
// The program's own handlers, by sigaction and signal, see the signal; what it asks about them is as it set it.
static int own_handler(void) {
  struct sigaction action = {.sa_sigaction = count_with_info, .sa_flags = SA_SIGINFO}, old;
  sigaddset(&action.sa_mask, SIGUSR2);
  if (sigaction(SIGUSR1, &action, &old) || old.sa_handler != SIG_DFL) return 3;
  kill(getpid(), SIGUSR1);
  if (calls != 1) return 4;
  if (sigaction(SIGUSR1, NULL, &old) || old.sa_sigaction != count_with_info || !sigismember(&old.sa_mask, SIGUSR2)) return 5;
  if (signal(SIGUSR1, count) == SIG_ERR) return 6;
  kill(getpid(), SIGUSR1);
  if (calls != 2) return 7;
  action.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND);
  if (sigaction(SIGUSR1, &action, &old) || old.sa_handler != count) return 10;
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  if (calls != 3) return 11;
  if (signal(SIGUSR1, SIG_IGN) == SIG_ERR) return 12;
  kill(getpid(), SIGUSR1);
  if (sigaction(SIGUSR1, NULL, &old) || old.sa_handler != SIG_IGN) return 13;
  say("handled\n");
  return 0;
}
// After a fork the child answers for itself.
static int forked(void) {
  pid_t child = fork();
  if (!child) {
    signal(SIGUSR1, count);
    kill(getpid(), SIGUSR1);
    _exit(calls == 1 ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 9;
}

static void *churn(void *unused) {
  (void)unused;
  unsigned seed = 1;
  while (!is_done) {
    void *blocks[64];
    for (int i = 0; i < 64; i++) blocks[i] = malloc((seed = seed * 1103515245 + 12345) >> 16 & 4095);
    for (int i = 0; i < 64; i++) free(blocks[i]);
  }
  return NULL;
}
// Signals in the middle of malloc and free, in all threads.
static int storm(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++)
    if (pthread_create(&threads[i], NULL, churn, NULL)) return 9;
  for (int i = 0; i < 60; i++) {
    pthread_kill(threads[i % 3], SIGUSR1);
    nap(2);
  }
  is_done = true;
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  say("survived\n");
  return 0;
}
// What looks at pages waits for an allocation.
static int allocates(void) {
  kill(getpid(), SIGUSR1);
  if (!access(file, F_OK)) return 3;
  held[0] = realloc(held[0], 20);
  return access(file, F_OK) ? 4 : 0;
}

int main(int argument_count, char **arguments) {
  if (argument_count == 3) file = arguments[2];
  for (int i = 0; i < 1000; i++) held[i] = malloc(100);
  static const struct {
    const char *name;
    int (*run)(void);
  } ways[] = {{"idle", idle}, {"restarts", restarts}, {"own_handler", own_handler}, {"forked", forked}, {"storm", storm}, {"allocates", allocates}};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
    if (argument_count >= 2 && !strcmp(arguments[1], ways[i].name)) return ways[i].run();
  return 8;
}
