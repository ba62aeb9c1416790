// A program that bulwark*.o is linked into: linked [twice|past|leak]. Says what it is under, and whose its memory is.
#include <bulwark.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *work(void *unused) {
  (void)unused;
  for (int i = 0; i < 10000; i++) {
    char *block = malloc((size_t)(i % 900) + 1);
    block[0] = 1;
    free(block);
  }
  return strdup("thread");
}

static volatile int handled;
static void handle(int number) { handled = number; }

__attribute__((noinline)) static void free_it(char *block) {
  free(block);
  __asm__ volatile("");
}

static int fail(const char *what) {
  printf("FAIL %s\n", what);
  return 1;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  pthread_t thread;
  void *text = NULL;
  if (pthread_create(&thread, NULL, work, NULL) || pthread_join(thread, &text)) return fail("thread");
  if (!bw_owns(text) || strcmp(text, "thread")) return fail("strdup in a thread");
  free(text);
  // libc's own calls come here, too.
  char *line = NULL;
  size_t size = 0;
  FILE *file = fopen("/proc/self/status", "r");
  if (!file || getline(&line, &size, file) < 0 || !bw_owns(line)) return fail("getline");
  fclose(file);
  free(line);
  signal(SIGUSR1, handle);
  raise(SIGUSR1);
  if (handled != SIGUSR1) return fail("signal");
  pid_t child = fork();
  if (child == 0) {
    free(malloc(100));
    _exit(7);
  }
  int status;
  if (waitpid(child, &status, 0) != child || status != 7 << 8) return fail("fork");
  void *aligned = aligned_alloc(64, 640);
  if (!aligned || (size_t)aligned % 64 || !bw_owns(aligned)) return fail("aligned_alloc");
  free(aligned);
  char *block = malloc(40);
  if (!strcmp(what, "past")) block[40] ^= 0x55;
  if (!strcmp(what, "leak")) {
    char *volatile lost = malloc(1000);
    lost = NULL;
  }
  free_it(block);
  if (!strcmp(what, "twice")) free_it(block);
  puts(bw_variant());
  return 0;
}
