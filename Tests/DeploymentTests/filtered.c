// Runs a program under a filter of system calls: filtered LIST PROGRAM [ARGUMENT...]. LIST is a file with a name a line; another
// call ends the process by SIGSYS, as systemd's SystemCallFilter= does. Names that this machine does not have are passed over.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// {"read", 0}, and so on: from the kernel's own headers, by system.sh.
static const struct {
  const char *name;
  unsigned number;
} known[] = {
#include "calls.h"
};

static int number_of(const char *name) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(known[i].name, name)) return (int)known[i].number;
  return -1;
}

int main(int count, char **words) {
  static struct sock_filter filter[1000];
  unsigned short length = 0;
  FILE *list = count > 2 ? fopen(words[1], "r") : NULL;
  if (!list) return fprintf(stderr, "filtered: accepted: LIST PROGRAM [ARGUMENT...]\n"), 2;
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  char name[100];
  while (fscanf(list, "%99s", name) == 1 && length < 990) {
    int number = number_of(name);
    if (number < 0) continue;
    filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  }
  fclose(list);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  struct sock_fprog program = {length, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return perror("filtered"), 2;
  execv(words[2], words + 2);
  return perror(words[2]), 2;
}
