// Blocks that are lost, and blocks that are not, each kept alive in its own way. The first argument says which; what is lost
// is lost by a function whose frame is gone, and its address with it.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define APART __attribute__((noinline, visibility("default")))

struct node {
  struct node *next;
  char rest[56];
};

static void *volatile kept;
static void *volatile inside;
static _Thread_local void *volatile local;
static uintptr_t disguised;
volatile size_t bytes = 100;

APART void *make(size_t size) {
  char *block = malloc(size);
  memset(block, 'x', size);
  return block;
}

APART void lose(size_t size, int count) {
  for (int i = 0; i < count; i++) disguised += ~(uintptr_t)make(size);
}

APART void lose_list(int is_ring) {
  struct node *first = NULL, *last = NULL;
  for (int i = 0; i < 5; i++) {
    struct node *node = make(sizeof *node);
    node->next = first;
    first = node;
    if (!last) last = node;
  }
  if (is_ring) last->next = first;
}

APART void keep_list(void) {
  struct node *first = NULL;
  for (int i = 0; i < 1000; i++) {
    struct node *node = make(sizeof *node);
    node->next = first;
    first = node;
  }
  kept = first;
}

// Overwrites what calls left on the stack.
APART void forget(void) {
  volatile char room[16384];
  for (size_t i = 0; i < sizeof room; i++) room[i] = 0;
}

extern size_t bw_report_leaks(void) __attribute__((weak));

// Searches while the program runs: twice, since marks of the first search must not count in the second.
APART int ask(void) {
  void *volatile held = make(bytes);
  lose(bytes, 3);
  forget();
  size_t first = bw_report_leaks();
  lose(bytes, 2);
  forget();
  size_t second = bw_report_leaks();
  free(held);
  if (first == 300 && second == 500) return 0;
  printf("%zu, then %zu bytes lost\n", first, second);
  return 9;
}

static pthread_barrier_t ready;
static void *wait_for_ever(void *nothing) {
  (void)nothing;
  local = make(bytes);
  char *volatile on_stack = make(bytes);
  pthread_barrier_wait(&ready);
  pthread_barrier_wait(&ready);
  return on_stack;
}

int main(int count, char **arguments) {
  const char *what = count == 2 ? arguments[1] : "";
  pthread_t thread;
  if (!strcmp(what, "none")) free(make(bytes));
  else if (!strcmp(what, "small")) lose(bytes, 3);
  else if (!strcmp(what, "asked")) {
    if (!bw_report_leaks) return 2;
    int status = ask();
    if (status) return status;
  } else if (!strcmp(what, "large")) lose(300000, 2);
  else if (!strcmp(what, "huge")) lose(9 << 20, 2);
  else if (!strcmp(what, "list")) lose_list(0);
  else if (!strcmp(what, "ring")) lose_list(1);
  else if (!strcmp(what, "kept")) keep_list();
  else if (!strcmp(what, "inside")) inside = (char *)make(bytes) + bytes / 2;
  else if (!strcmp(what, "large_kept")) kept = make(300000), inside = (char *)make(9 << 20) + 5000;
  else if (!strcmp(what, "local")) local = make(bytes);
  else if (!strcmp(what, "mapped")) {
    void **mapping = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mapping[1000] = make(bytes);
  } else if (!strcmp(what, "running_thread")) {
    pthread_barrier_init(&ready, NULL, 2);
    if (pthread_create(&thread, NULL, wait_for_ever, NULL)) return 2;
    pthread_barrier_wait(&ready);
  } else if (!strcmp(what, "grown")) {
    char *block = make(10);
    block = realloc(block, 5000);
    disguised = ~(uintptr_t)block;
  } else return 2;
  forget();
  puts(what);
  return 0;
}
