// SIGSEGV, and the signal of the option statistics_signal: our handler stays in front, the program sees its own. Installed only
// where a variant turns faults into reports, or the option is set; until then everything passes through. In C because `struct sigaction`, with its union and its mask, and
// the handler's context cannot be said in Embedded Swift. All of it is async-signal-safe, as sigaction(2) must be.
//
// Only SIGSEGV: on x86-64 an access to an inaccessible page is never a SIGBUS.
//
// (1) The kernel's action is on_fault, with the mask and the flags of the program's (but for SA_RESETHAND, which is
//     done here), so that the program's handler runs just as the kernel would run it: on which stack, with what blocked.
// (2) A front's `program_action` is what a query of the kernel would have said without us. It changes under `sequence`, odd
//     while it does, with all signals blocked: a handler never waits for its own thread.
// (3) In a process that shares our memory (vfork's child), whose kernel actions are its own, nothing here changes.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <ucontext.h>

#include "CBulwark.h"

// glibc's other names of what we export under the usual ones: so there is nothing to look up.
extern int __sigaction(int signal, const struct sigaction *action, struct sigaction *old);
extern __sighandler_t sysv_signal(int signal, __sighandler_t handler);

// One signal that we stand in front of.
struct front {
  int signal;  // 0: none
  uint32_t sequence;
  uint32_t is_installed;
  struct sigaction program_action;
};
static struct front faults = {.signal = SIGSEGV};
static struct front statistics;
static pid_t owner;

static void on_fault(int signal, siginfo_t *info, void *context);
static void on_statistics(int signal, siginfo_t *info, void *context);

static inline struct front *front_of(int signal) {
  if (signal == SIGSEGV) return &faults;
  return signal && signal == statistics.signal ? &statistics : NULL;
}

// Not a field of the front: a function pointer that could be written.
static inline bool is_ours(const struct sigaction *action) {
  return action->sa_sigaction == on_fault || action->sa_sigaction == on_statistics;
}

static inline bool is_in_front(const struct front *front) {
  return __atomic_load_n(&front->is_installed, __ATOMIC_ACQUIRE) && __atomic_load_n(&owner, __ATOMIC_RELAXED) == getpid();
}

static void begin_change(struct front *front, sigset_t *saved) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, saved);
  for (;;) {
    uint32_t old = __atomic_load_n(&front->sequence, __ATOMIC_RELAXED) & ~1u;
    if (__atomic_compare_exchange_n(&front->sequence, &old, old + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) break;
    sched_yield();
  }
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static void end_change(struct front *front, const sigset_t *saved) {
  __atomic_fetch_add(&front->sequence, 1, __ATOMIC_RELEASE);
  sigprocmask(SIG_SETMASK, saved, NULL);
}

// A whole value of the program's action. The tries are bounded: in the child of a bare clone(2) the thread that was
// changing it may be missing.
static struct sigaction read_action(const struct front *front) {
  struct sigaction copy;
  for (int tries = 0;; tries++) {
    uint32_t before = __atomic_load_n(&front->sequence, __ATOMIC_ACQUIRE);
    copy = front->program_action;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (!(before & 1) && __atomic_load_n(&front->sequence, __ATOMIC_RELAXED) == before) return copy;
    if (tries == 10000) return copy;
    sched_yield();
  }
}

static bool is_handler(const struct sigaction *action) {
  return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

// Our action, in front of one of the program's: (1).
static int install_before(const struct front *front, const struct sigaction *theirs) {
  struct sigaction ours;
  memset(&ours, 0, sizeof ours);
  ours.sa_sigaction = front == &faults ? on_fault : on_statistics;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  if (is_handler(theirs)) {
    ours.sa_mask = theirs->sa_mask;
    ours.sa_flags = (int)((unsigned)theirs->sa_flags & ~(unsigned)SA_RESETHAND) | SA_SIGINFO;
  }
  return __sigaction(front->signal, &ours, NULL);
}

static void set_fault_default(void) {
  struct sigaction none;
  memset(&none, 0, sizeof none);
  none.sa_handler = SIG_DFL;
  __sigaction(SIGSEGV, &none, NULL);
}

// Turns the action that the kernel has now into the program's, and puts ours in front of it.
static int take_over(struct front *front) {
  struct sigaction current;
  if (__sigaction(front->signal, NULL, &current)) return -1;
  if (is_ours(&current)) return 0;
  front->program_action = current;
  return install_before(front, &current);
}

static void install(struct front *front) {
  int saved_errno = errno;
  sigset_t saved;
  begin_change(front, &saved);
  __atomic_store_n(&owner, getpid(), __ATOMIC_RELAXED);
  if (!__atomic_load_n(&front->is_installed, __ATOMIC_RELAXED) && take_over(front) == 0)
    __atomic_store_n(&front->is_installed, 1, __ATOMIC_RELEASE);
  end_change(front, &saved);
  errno = saved_errno;
}

void bw_signals_install(void) { install(&faults); }

void bw_signals_watch(int signal) {
  statistics.signal = signal;
  install(&statistics);
}

// In the child of a fork, whose kernel actions are copies of its parent's.
void bw_signals_resume_child(void) {
  __atomic_store_n(&faults.sequence, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&statistics.sequence, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&owner, getpid(), __ATOMIC_RELAXED);
}

static int change_action(struct front *front, const struct sigaction *action, struct sigaction *old) {
  struct sigaction wanted, before;
  // Copied outside of the change: a bad pointer is the program's fault to take.
  if (action) wanted = *action;
  bool changes = action && is_in_front(front);
  sigset_t saved;
  if (changes) begin_change(front, &saved);
  // The kernel judges and completes the action itself: what it says now is what a query shall say later.
  int result = __sigaction(front->signal, action ? &wanted : NULL, &before);
  if (result == 0 && is_ours(&before)) before = changes ? front->program_action : read_action(front);
  if (changes) {
    if (result == 0) take_over(front);
    end_change(front, &saved);
  }
  if (result == 0 && old) *old = before;
  return result;
}

int bw_abi_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  struct front *front = front_of(signal);
  return front ? change_action(front, action, old) : __sigaction(signal, action, old);
}

static __sighandler_t set_handler(struct front *front, __sighandler_t handler, int flags, bool masks_itself) {
  if (handler == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  struct sigaction action, old;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  if (masks_itself) sigaddset(&action.sa_mask, front->signal);
  return change_action(front, &action, &old) ? SIG_ERR : old.sa_handler;
}

// signal(2), "Portability": the BSD semantics, and the System V ones.
__sighandler_t bw_abi_signal(int signal, __sighandler_t handler) {
  struct front *front = front_of(signal);
  return front ? set_handler(front, handler, SA_RESTART, true) : ssignal(signal, handler);
}

__sighandler_t bw_abi_sysv_signal(int signal, __sighandler_t handler) {
  struct front *front = front_of(signal);
  return front ? set_handler(front, handler, (int)(SA_RESETHAND | SA_NODEFER), false) : sysv_signal(signal, handler);
}

// The program's action, which it has once only if it asked for SA_RESETHAND: sigaction(2).
static struct sigaction take_action(struct front *front) {
  struct sigaction action = read_action(front);
  if (!is_handler(&action) || !((unsigned)action.sa_flags & (unsigned)SA_RESETHAND)) return action;
  sigset_t saved;
  begin_change(front, &saved);
  action = front->program_action;
  if (is_handler(&action) && (unsigned)action.sa_flags & (unsigned)SA_RESETHAND && is_in_front(front)) {
    // As the kernel does it: the handler goes, mask and flags stay to be seen.
    front->program_action.sa_handler = SIG_DFL;
    install_before(front, &front->program_action);
  }
  end_change(front, &saved);
  return action;
}

static void call_handler(const struct sigaction *action, int signal, siginfo_t *info, void *context) {
  // All three arguments whatever the flags: so does the kernel on x86-64, and there are handlers that rely on it.
  ((void (*)(int, siginfo_t *, void *))action->sa_sigaction)(signal, info, context);
}

static void hand_on(int signal, siginfo_t *info, void *context) {
  struct sigaction action = take_action(&faults);
  if (is_handler(&action)) {
    call_handler(&action, signal, info, context);
    return;
  }
  bool is_sent = info->si_code <= 0;  // by kill(2) and its kin, not by an instruction
  if (is_sent && action.sa_handler == SIG_IGN) return;
  // The kernel does the rest when we return: the instruction faults once more (an ignored fault kills too), so a core
  // dump shows the original fault; a signal that was sent is sent again.
  set_fault_default();
  if (is_sent) syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), signal, info);
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  int saved_errno = errno;
  const greg_t *machine = ((const ucontext_t *)context)->uc_mcontext.gregs;
  // One byte on, as if the instruction were a call: the unwinder takes one off.
  struct bw_registers registers = {(uintptr_t)machine[REG_RIP] + 1, (uintptr_t)machine[REG_RSP],
                                   (uintptr_t)machine[REG_RBP]};
  bool is_write = machine[REG_ERR] & 2;
  bool is_ours = info->si_code > 0 && bw_life_fault((uintptr_t)info->si_addr, is_write, &registers);
  errno = saved_errno;
  if (!is_ours) hand_on(signal, info, context);
}

// The program's own handler comes second. Without one nothing else happens: who set the option wants to see the table, not
// the signal's default, which is to end the process.
static void on_statistics(int signal, siginfo_t *info, void *context) {
  int saved_errno = errno;
  bw_life_statistics_signal();
  errno = saved_errno;
  struct sigaction action = take_action(&statistics);
  if (is_handler(&action)) call_handler(&action, signal, info, context);
}
