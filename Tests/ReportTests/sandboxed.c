// A double free under a filter that kills the process on every system call but those in SYSTEM_CALLS, a list of the form
// SYS_write, SYS_futex.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chain.h"

static void *nothing(void *unused) { return unused; }

static int enter_sandbox(void) {
  static const int allowed[] = {SYSTEM_CALLS};
  enum { count = sizeof allowed / sizeof *allowed };
  struct sock_filter filter[count + 3];
  filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < count; i++)
    filter[1 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)allowed[i], count - i, 0);
  filter[count + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  filter[count + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {count + 3, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  // `threaded`: the unwinder was opened before the sandbox was entered.
  if (!strcmp(arguments[1], "threaded")) {
    pthread_t thread;
    pthread_create(&thread, NULL, nothing, NULL);
    pthread_join(thread, NULL);
  }
  // What malloc needs of the kernel is not what a report needs.
  free(malloc(40));
  if (enter_sandbox()) return 2;
  if (!strcmp(arguments[1], "forbidden")) syscall(SYS_getppid);
  link_a();
  return 3;
}
