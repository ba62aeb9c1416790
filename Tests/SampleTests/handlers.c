// The program's own handling of SIGSEGV is as it would be without us: what it sets it gets to see, what is not ours
// reaches it, with everything that sigaction(2) promises. Run with samples on.
#include "sampled.h"
#include <pthread.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

// An address that faults and is not ours.
static char *hole;

static void fault(void) { *(volatile char *)(hole + 123) = 1; }

static sigjmp_buf back;
static volatile sig_atomic_t calls, last_code, last_signal, mask_had_usr1, mask_had_segv, on_alternate_stack;
static void *volatile last_address;
static stack_t alternate;

static void note(int signal, siginfo_t *info, void *context) {
  (void)context;
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  mask_had_usr1 = sigismember(&mask, SIGUSR1);
  mask_had_segv = sigismember(&mask, SIGSEGV);
  on_alternate_stack = (char *)&mask >= (char *)alternate.ss_sp && (char *)&mask < (char *)alternate.ss_sp + alternate.ss_size;
  last_signal = signal, calls++;
  if (info) last_address = info->si_addr, last_code = info->si_code;
}
static void note_and_jump(int signal, siginfo_t *info, void *context) {
  note(signal, info, context);
  siglongjmp(back, 1);
}
static void simple(int signal) {
  note(signal, NULL, NULL);
  siglongjmp(back, 1);
}
static void simple_and_return(int signal) { note(signal, NULL, NULL); }

static void set(void (*handler)(int, siginfo_t *, void *), int flags, int blocked) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  sigemptyset(&action.sa_mask);
  if (blocked) sigaddset(&action.sa_mask, blocked);
  REQUIRE(sigaction(SIGSEGV, &action, NULL) == 0);
}

// True if the kernel has a handler for SIGSEGV, whatever the program sees.
static int kernel_has_handler(void) {
  char line[256];
  unsigned long long caught = 0;
  FILE *status = fopen("/proc/self/status", "r");
  REQUIRE(status != NULL);
  while (fgets(line, sizeof line, status)) sscanf(line, "SigCgt: %llx", &caught);
  fclose(status);
  return caught >> (SIGSEGV - 1) & 1;
}

static void queries(void) {
  struct sigaction seen;
  memset(&seen, 0xff, sizeof seen);
  EXPECT(kernel_has_handler());
  EXPECT_EQUAL(sigaction(SIGSEGV, NULL, &seen), 0);
  EXPECT(seen.sa_handler == SIG_DFL);
  EXPECT_EQUAL(seen.sa_flags, 0);
  EXPECT(!sigismember(&seen.sa_mask, SIGSEGV) && !sigismember(&seen.sa_mask, SIGUSR1));

  set(note, SA_ONSTACK | SA_RESTART, SIGUSR1);
  EXPECT_EQUAL(sigaction(SIGSEGV, NULL, &seen), 0);
  EXPECT(seen.sa_sigaction == note);
  // SA_RESTORER (0x04000000) is glibc's own, and shows without us too.
  EXPECT_EQUAL(seen.sa_flags & ~0x04000000, SA_SIGINFO | SA_ONSTACK | SA_RESTART);
  EXPECT(sigismember(&seen.sa_mask, SIGUSR1) == 1 && sigismember(&seen.sa_mask, SIGUSR2) == 0);
  EXPECT(kernel_has_handler());

  EXPECT(signal(SIGSEGV, SIG_IGN) == (sighandler_t)(void *)note);
  EXPECT(signal(SIGSEGV, simple) == SIG_IGN);
  EXPECT_EQUAL(sigaction(SIGSEGV, NULL, &seen), 0);
  EXPECT(seen.sa_handler == simple && (seen.sa_flags & ~0x04000000) == SA_RESTART && sigismember(&seen.sa_mask, SIGSEGV));
  EXPECT(signal(SIGSEGV, SIG_DFL) == simple);

  errno = 0;
  EXPECT(signal(SIGSEGV, SIG_ERR) == SIG_ERR && errno == EINVAL);
  // Other signals: libc's own.
  EXPECT(signal(SIGUSR1, simple) == SIG_DFL && signal(SIGUSR1, SIG_DFL) == simple);
  EXPECT_EQUAL(sigaction(SIGKILL, &seen, NULL), -1);
  EXPECT_EQUAL(sigaction(1000, NULL, &seen), -1);
}

static void own_faults(void) {
  set(note_and_jump, 0, SIGUSR1);
  calls = 0;
  for (int i = 0; i < 3; i++)
    if (!sigsetjmp(back, 1)) fault();
  EXPECT_EQUAL(calls, 3);
  EXPECT(last_address == hole + 123);
  EXPECT_EQUAL(last_code, SEGV_ACCERR);
  EXPECT_EQUAL(last_signal, SIGSEGV);
  EXPECT(mask_had_usr1 == 1 && mask_had_segv == 1);

  set(note_and_jump, SA_NODEFER, 0);
  if (!sigsetjmp(back, 1)) fault();
  EXPECT(mask_had_usr1 == 0 && mask_had_segv == 0);

  // No address at all: a non-canonical one.
  if (!sigsetjmp(back, 1)) *(volatile char *)OPAQUE((char *)0x4141414141414141) = 1;
  EXPECT(last_address == NULL);
  EXPECT_EQUAL(last_code, SI_KERNEL);

  signal(SIGSEGV, simple);
  calls = 0;
  if (!sigsetjmp(back, 1)) fault();
  EXPECT_EQUAL(calls, 1);

  // A signal that is sent, with and without a handler that returns.
  signal(SIGSEGV, simple_and_return);
  raise(SIGSEGV);
  EXPECT_EQUAL(calls, 2);
  signal(SIGSEGV, SIG_IGN);
  raise(SIGSEGV);
  EXPECT_EQUAL(calls, 2);
  signal(SIGSEGV, SIG_DFL);
}

static void resetting(void) {
  struct sigaction seen;
  set(note_and_jump, SA_RESETHAND, 0);
  calls = 0;
  if (!sigsetjmp(back, 1)) fault();
  EXPECT_EQUAL(calls, 1);
  EXPECT(sigaction(SIGSEGV, NULL, &seen) == 0 && seen.sa_handler == SIG_DFL);
  EXPECT(kernel_has_handler());
  sighandler_t (*sysv)(int, sighandler_t) = __sysv_signal;
  EXPECT(sysv(SIGSEGV, simple) == SIG_DFL);
  if (!sigsetjmp(back, 1)) fault();
  EXPECT_EQUAL(calls, 2);
  EXPECT_EQUAL(mask_had_segv, 0);
  EXPECT(sigaction(SIGSEGV, NULL, &seen) == 0 && seen.sa_handler == SIG_DFL);
}

static int too_deep(int depth) {
  volatile char frame[4096];
  frame[0] = (char)depth;
  return depth > 1000000 ? frame[0] : too_deep(depth + 1) + frame[0];
}

static void *overflow_stack(void *argument) {
  (void)argument;
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&alternate, NULL);
  calls = 0;
  if (!sigsetjmp(back, 1)) too_deep(0);
  EXPECT_EQUAL(calls, 1);
  EXPECT(on_alternate_stack);
  sigaltstack(&none, NULL);
  return NULL;
}

static void alternate_stacks(void) {
  alternate.ss_size = 65536;
  alternate.ss_sp = mmap(NULL, alternate.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  set(note_and_jump, SA_ONSTACK, 0);
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  REQUIRE(pthread_create(&thread, &attributes, overflow_stack, NULL) == 0 && pthread_join(thread, NULL) == 0);
  // Without SA_ONSTACK the handler runs where the fault was, though there is another stack.
  sigaltstack(&alternate, NULL);
  set(note_and_jump, 0, 0);
  if (!sigsetjmp(back, 1)) fault();
  EXPECT(!on_alternate_stack);
  set(note_and_jump, SA_ONSTACK, 0);
  if (!sigsetjmp(back, 1)) fault();
  EXPECT(on_alternate_stack);
  signal(SIGSEGV, SIG_DFL);
}

static void die_by_fault(void *argument) { (void)argument; fault(); }
static void die_by_raise(void *argument) { (void)argument; raise(SIGSEGV); }
static void die_ignoring(void *argument) { (void)argument; signal(SIGSEGV, SIG_IGN); fault(); }
static void *fault_elsewhere(void *argument) {
  fault();
  return argument;
}
static void die_in_thread(void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, fault_elsewhere, argument)) _exit(4);
  pthread_join(thread, NULL);
}
static void die_after_reset(void *argument) {
  (void)argument;
  set(note, SA_RESETHAND, 0);  // returns to the same instruction
  fault();
}

static void default_actions(void) {
  void (*const ways[])(void *) = {die_by_fault, die_by_raise, die_ignoring, die_in_thread, die_after_reset};
  for (int i = 0; i < 5; i++) {
    struct child_outcome outcome = run_child(ways[i], NULL);
    EXPECT_IN(WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGSEGV, "way %d: wait status 0x%x", i,
              (unsigned)outcome.status);
    EXPECT_IN(outcome.text[0] == 0, "way %d: \"%.60s\"", i, outcome.text);
  }
}

// A guard's fault is reported, although the program has a handler for faults.
static void misuse(void *argument) {
  char *block = argument;
  set(note_and_jump, 0, 0);
  if (!sigsetjmp(back, 1)) (void)*(volatile char *)(block + 48);
  _exit(5);
}
static void guards_come_first(void) {
  char *block = sampled_at(at_right, 48);
  struct child_outcome outcome = run_child(misuse, block);
  expect_report(&outcome, "bulwark: access beyond the end of", block, "with a handler of its own");
  free(block);
}

// vfork's child shares our memory, but not the kernel's table: what it sets must not become its parent's.
static void vfork_children(void) {
  struct sigaction seen;
  set(note_and_jump, 0, 0);
  pid_t child = vfork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    _exit(sigaction(SIGSEGV, NULL, &seen) == 0 && seen.sa_handler == SIG_DFL ? 0 : 1);
  }
  int status;
  REQUIRE(waitpid(child, &status, 0) == child);
  EXPECT_EQUAL(status, 0);
  EXPECT(sigaction(SIGSEGV, NULL, &seen) == 0 && seen.sa_sigaction == note_and_jump);
  calls = 0;
  if (!sigsetjmp(back, 1)) fault();
  EXPECT_EQUAL(calls, 1);
  signal(SIGSEGV, SIG_DFL);
}

static void in_child(void *argument) {
  own_faults();
  misuse(argument);
}
static void fork_children(void) {
  char *block = sampled_at(at_right, 48);
  struct child_outcome outcome = run_child(in_child, block);
  expect_report(&outcome, "bulwark: access beyond the end of", block, "in the child of a fork");
  free(block);
}

// Handlers that are set while others fault: each fault meets one or the other handler, never a mixture or none.
static volatile int stop;
static void *keep_setting(void *argument) {
  (void)argument;
  for (int i = 0; !stop; i++) set(note_and_jump, i & 1 ? SA_NODEFER : 0, i & 1 ? 0 : SIGUSR1);
  return NULL;
}
static void concurrent_changes(void) {
  pthread_t threads[2];
  set(note_and_jump, 0, SIGUSR1);
  calls = 0;
  for (int i = 0; i < 2; i++) REQUIRE(pthread_create(&threads[i], NULL, keep_setting, NULL) == 0);
  const long rounds = full_or_quick(50000, 5000);
  for (volatile long i = 0; i < rounds; i++)
    if (!sigsetjmp(back, 1)) fault();
  stop = 1;
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  EXPECT_EQUAL(calls, rounds);
  signal(SIGSEGV, SIG_DFL);
}

int main(void) {
  expect_start();
  hole = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  queries();
  own_faults();
  resetting();
  alternate_stacks();
  default_actions();
  guards_come_first();
  vfork_children();
  fork_children();
  concurrent_changes();
  return expect_end();
}
