// SIGSEGV: our handler stays in front, the program sees its own. Installed only where a variant turns faults into
// reports; until then everything passes through. In C because `struct sigaction`, with its union and its mask, and
// the handler's context cannot be said in Embedded Swift. All of it is async-signal-safe, as sigaction(2) must be.
//
// Only SIGSEGV: on x86-64 an access to an inaccessible page is never a SIGBUS.
//
// (1) The kernel's action is on_fault, with the mask and the flags of the program's (but for SA_RESETHAND, which is
//     done here), so that the program's handler runs just as the kernel would run it: on which stack, with what blocked.
// (2) `program_action` is what a query of the kernel would have said without us. It changes under `sequence`, odd
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

static struct sigaction program_action;
static uint32_t sequence;
static uint32_t is_installed;
static pid_t owner;

static void on_fault(int signal, siginfo_t *info, void *context);

static inline bool is_in_front(void) {
  return __atomic_load_n(&is_installed, __ATOMIC_ACQUIRE) && __atomic_load_n(&owner, __ATOMIC_RELAXED) == getpid();
}

static void begin_change(sigset_t *saved) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, saved);
  for (;;) {
    uint32_t old = __atomic_load_n(&sequence, __ATOMIC_RELAXED) & ~1u;
    if (__atomic_compare_exchange_n(&sequence, &old, old + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) break;
    sched_yield();
  }
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static void end_change(const sigset_t *saved) {
  __atomic_fetch_add(&sequence, 1, __ATOMIC_RELEASE);
  sigprocmask(SIG_SETMASK, saved, NULL);
}

// A whole value of the program's action. The tries are bounded: in the child of a bare clone(2) the thread that was
// changing it may be missing.
static struct sigaction read_action(void) {
  struct sigaction copy;
  for (int tries = 0;; tries++) {
    uint32_t before = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE);
    copy = program_action;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (!(before & 1) && __atomic_load_n(&sequence, __ATOMIC_RELAXED) == before) return copy;
    if (tries == 10000) return copy;
    sched_yield();
  }
}

static bool is_handler(const struct sigaction *action) {
  return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

// Our action, in front of one of the program's: (1).
static int install_before(const struct sigaction *theirs) {
  struct sigaction ours;
  memset(&ours, 0, sizeof ours);
  ours.sa_sigaction = on_fault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  if (is_handler(theirs)) {
    ours.sa_mask = theirs->sa_mask;
    ours.sa_flags = (int)((unsigned)theirs->sa_flags & ~(unsigned)SA_RESETHAND) | SA_SIGINFO;
  }
  return __sigaction(SIGSEGV, &ours, NULL);
}

static void set_default(void) {
  struct sigaction none;
  memset(&none, 0, sizeof none);
  none.sa_handler = SIG_DFL;
  __sigaction(SIGSEGV, &none, NULL);
}

// Turns the action that the kernel has now into the program's, and puts ours in front of it.
static int take_over(void) {
  struct sigaction current;
  if (__sigaction(SIGSEGV, NULL, &current)) return -1;
  if (current.sa_sigaction == on_fault) return 0;
  program_action = current;
  return install_before(&current);
}

void bw_signals_install(void) {
  int saved_errno = errno;
  sigset_t saved;
  begin_change(&saved);
  __atomic_store_n(&owner, getpid(), __ATOMIC_RELAXED);
  if (!__atomic_load_n(&is_installed, __ATOMIC_RELAXED) && take_over() == 0)
    __atomic_store_n(&is_installed, 1, __ATOMIC_RELEASE);
  end_change(&saved);
  errno = saved_errno;
}

// In the child of a fork, whose kernel actions are copies of its parent's.
void bw_signals_resume_child(void) {
  __atomic_store_n(&sequence, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&owner, getpid(), __ATOMIC_RELAXED);
}

static int change_action(const struct sigaction *action, struct sigaction *old) {
  struct sigaction wanted, before;
  // Copied outside of the change: a bad pointer is the program's fault to take.
  if (action) wanted = *action;
  bool changes = action && is_in_front();
  sigset_t saved;
  if (changes) begin_change(&saved);
  // The kernel judges and completes the action itself: what it says now is what a query shall say later.
  int result = __sigaction(SIGSEGV, action ? &wanted : NULL, &before);
  if (result == 0 && before.sa_sigaction == on_fault) before = changes ? program_action : read_action();
  if (changes) {
    if (result == 0) take_over();
    end_change(&saved);
  }
  if (result == 0 && old) *old = before;
  return result;
}

int bw_abi_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  return signal == SIGSEGV ? change_action(action, old) : __sigaction(signal, action, old);
}

static __sighandler_t set_handler(__sighandler_t handler, int flags, bool masks_itself) {
  if (handler == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  struct sigaction action, old;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  if (masks_itself) sigaddset(&action.sa_mask, SIGSEGV);
  return change_action(&action, &old) ? SIG_ERR : old.sa_handler;
}

// signal(2), "Portability": the BSD semantics, and the System V ones.
__sighandler_t bw_abi_signal(int signal, __sighandler_t handler) {
  return signal == SIGSEGV ? set_handler(handler, SA_RESTART, true) : ssignal(signal, handler);
}

__sighandler_t bw_abi_sysv_signal(int signal, __sighandler_t handler) {
  return signal == SIGSEGV ? set_handler(handler, (int)(SA_RESETHAND | SA_NODEFER), false)
                           : sysv_signal(signal, handler);
}

// The program's action, which it has once only if it asked for SA_RESETHAND: sigaction(2).
static struct sigaction take_action(void) {
  struct sigaction action = read_action();
  if (!is_handler(&action) || !((unsigned)action.sa_flags & (unsigned)SA_RESETHAND)) return action;
  sigset_t saved;
  begin_change(&saved);
  action = program_action;
  if (is_handler(&action) && (unsigned)action.sa_flags & (unsigned)SA_RESETHAND && is_in_front()) {
    // As the kernel does it: the handler goes, mask and flags stay to be seen.
    program_action.sa_handler = SIG_DFL;
    install_before(&program_action);
  }
  end_change(&saved);
  return action;
}

static void hand_on(int signal, siginfo_t *info, void *context) {
  struct sigaction action = take_action();
  if (is_handler(&action)) {
    // All three arguments whatever the flags: so does the kernel on x86-64, and there are handlers that rely on it.
    ((void (*)(int, siginfo_t *, void *))action.sa_sigaction)(signal, info, context);
    return;
  }
  bool is_sent = info->si_code <= 0;  // by kill(2) and its kin, not by an instruction
  if (is_sent && action.sa_handler == SIG_IGN) return;
  // The kernel does the rest when we return: the instruction faults once more (an ignored fault kills too), so a core
  // dump shows the original fault; a signal that was sent is sent again.
  set_default();
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
