// signal_step MODE [MOST]: a signal at every instruction of malloc, free, realloc and calloc, or at MOST of them, evenly spread.
//
// The parent single-steps a child (ptrace) and delivers a signal before each instruction. MODE is what the handler does, of what
// one that interrupts malloc may do: `query` asks about blocks, `fork` has a child by _Fork that does, `exit` has one that calls
// exit, and `report` one that frees what is no block, and dies of it. Nothing else may be reported, and afterwards the heap must
// be sound. Exit status 77: the kernel does not let us trace.
#include "pattern.h"
#include <errno.h>
#include <bulwark.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

// Of the library that is preloaded.
#pragma weak bw_check_heap
#pragma weak bw_owns
#pragma weak bw_query

enum { kept_count = 6, cannot_trace = 77 };
static const size_t kept_sizes[kept_count] = {16, 64, 1000, 20000, 200000, 3145728};
static void *kept[kept_count];

// What both processes see.
static struct {
  volatile uintptr_t handler, interrupted;
  volatile long inside, wrong, child_status;
  int mode;
} *shared;
static long delivered;

// What is being worked on when the signal comes.
static void *volatile block;

// In the child of a handler, whose copy of the heap may be in the middle of anything.
__attribute__((noreturn)) static void live_on(void) {
  alarm(20);
  switch (shared->mode) {
    case 'f':
      for (size_t i = 0; i < kept_count; i++)
        if (malloc_usable_size(kept[i]) < kept_sizes[i] || bw_query(kept[i], NULL) == BW_FOREIGN) _exit(3);
      _exit(0);
    case 'e': exit(0);
    default: free(OPAQUE((char *)kept[2] + 16)); _exit(5);
  }
}

static void handler(int number, siginfo_t *info, void *context) {
  int saved = errno;
  (void)number, (void)info;
  shared->interrupted = (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
  for (size_t i = 0; i < kept_count; i++) {
    if (malloc_usable_size(kept[i]) < kept_sizes[i] || !bw_owns(kept[i])) shared->wrong++;
    if (!pattern_holds(kept[i], kept_sizes[i], 64, i)) shared->wrong++;
    int state = bw_query(kept[i], NULL);
    if (state != BW_LIVE && state != BW_UNTRACKED) shared->wrong++;
  }
  bw_query(block, NULL);
  if (shared->mode != 'q') {
    pid_t child = _Fork();
    if (child == 0) live_on();
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child) shared->wrong++;
    if (status != (shared->mode == 'r' ? SIGABRT : 0)) shared->wrong++, shared->child_status = status;
  }
  errno = saved;
  // The parent waits for this.
  __asm__ volatile("int3");
}

// What is stepped through, by number.
static void work(int what) {
  switch (what) {
    case 0: block = malloc(64); free(block); break;
    case 1: block = calloc(3, 100); free(block); break;
    case 2: block = malloc(100); block = realloc(block, 104); block = realloc(block, 3000); free(block); break;
    case 3: block = aligned_alloc(256, 512); free(block); break;
    case 4: block = malloc(300000); free(block); break;
    case 5: block = malloc(9 << 20); block = realloc(block, 20 << 20); free(block); break;
    case 6: {
      // More than what waits: a page is looked through.
      static void *many[48];
      for (int i = 0; i < 48; i++) many[i] = malloc(1500);
      for (int i = 0; i < 48; i++) free(many[i]);
      break;
    }
    case 7: block = malloc(0); free(block); break;
  }
}
enum { work_count = 8 };

static void traced(void) {
  for (size_t i = 0; i < kept_count; i++) {
    REQUIRE(kept[i] = malloc(kept_sizes[i]));
    pattern_fill(kept[i], kept_sizes[i], i);
  }
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  shared->handler = (uintptr_t)handler;
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(cannot_trace);
  for (int what = 0; what < work_count; what++) {
    for (int i = 0; i < 100; i++) work(what);
    // Twice: the first time the parent counts.
    for (int round = 0; round < 2; round++) {
      shared->inside = 1 + what;
      raise(SIGSTOP);
      work(what);
      shared->inside = 0;
    }
    for (size_t i = 0; i < kept_count; i++) EXPECT_IN(pattern_holds(kept[i], kept_sizes[i], kept_sizes[i], i), "work %d", what);
    EXPECT_EQUAL(bw_check_heap(), 0);
  }
  EXPECT_IN(shared->wrong == 0, "a handler's child ended with status 0x%lx", shared->child_status);
  uint64_t state = 7;
  static void *slots[200];
  for (int i = 0; i < 20000; i++) {
    size_t slot = random_next(&state) % 200, size = random_size(&state, 300000);
    free(slots[slot]);
    REQUIRE(slots[slot] = malloc(size));
    memset(slots[slot], 1, size < 100 ? size : 100);
  }
  for (int i = 0; i < 200; i++) free(slots[i]);
  for (size_t i = 0; i < kept_count; i++) free(kept[i]);
  exit(expect_end());
}

static uintptr_t address_of(pid_t child) {
  return (uintptr_t)ptrace(PTRACE_PEEKUSER, child, (void *)offsetof(struct user_regs_struct, rip), NULL);
}

// Waits for a stop. With the child ends the parent.
static int stop_of(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child) exit(4);
  if (WIFSTOPPED(status)) return WSTOPSIG(status);
  printf("%ld signals\n", delivered);
  if (WIFEXITED(status)) exit(WEXITSTATUS(status));
  fprintf(stderr, "the child died of signal %d in work %ld\n", WTERMSIG(status), shared->inside - 1);
  exit(1);
}

static int resume(pid_t child, int request, int signal) {
  if (ptrace(request, child, NULL, (void *)(uintptr_t)signal) != 0) exit(4);
  return stop_of(child);
}

// Lets the handler run to its end, and steps out of it.
static void finish_handler(pid_t child) {
  int stop;
  do stop = resume(child, PTRACE_CONT, 0);
  while (stop == SIGCHLD);
  if (stop != SIGTRAP) {
    fprintf(stderr, "signal %d in the handler, in work %ld\n", stop, shared->inside - 1);
    kill(child, SIGKILL);
    exit(1);
  }
  while (address_of(child) != shared->interrupted) resume(child, PTRACE_SINGLESTEP, 0);
}

// A step, with a signal or without one, and out of the handler if it led there.
static int step(pid_t child, int signal) {
  int stop = resume(child, PTRACE_SINGLESTEP, signal);
  if (address_of(child) == shared->handler) {
    delivered++;
    finish_handler(child);
  }
  return stop;
}

// Steps until the child is through, with a signal before each `interval`-th instruction; 0: with none.
// Returns the number of instructions.
static long step_through(pid_t child, long interval) {
  long count = 0;
  for (int passed_on = 0; shared->inside; count++) {
    if (interval && count % interval == 0) step(child, SIGUSR1);
    int stop = step(child, passed_on);
    passed_on = stop == SIGTRAP ? 0 : stop;
  }
  return count;
}

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count >= 2 && strchr("cqfer", arguments[1][0]));
  long most = count > 2 ? atol(arguments[2]) : 1L << 40;
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  shared->mode = arguments[1][0];
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  pid_t child = fork();
  if (child == 0 && shared->mode == 'c') _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? cannot_trace : 0);
  if (child == 0) traced();
  long length = 0;
  int stop = stop_of(child);
  for (int round = 0;; round++) {
    for (; stop != SIGSTOP; stop = resume(child, PTRACE_CONT, stop == SIGTRAP ? 0 : stop)) {}
    if (round % 2 == 0) length = step_through(child, 0);
    else printf("work %d: %ld instructions, then %ld\n", round / 2, length, step_through(child, length / most + 1));
    stop = resume(child, PTRACE_CONT, 0);
  }
}
