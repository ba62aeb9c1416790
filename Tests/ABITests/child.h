// Runs a piece of a program in a child process, whose end and whose stderr are then judged. For single-threaded parents.
#pragma once
#include "expect.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct child_outcome {
  int status;       // as from waitpid
  char text[8192];  // the beginning of what was written to stderr
};

// Runs `body(argument)`; the child exits with 0 if it returns, and dies by SIGALRM if it hangs.
__attribute__((unused))
static struct child_outcome run_child(void (*body)(void *), void *argument) {
  static struct child_outcome outcome;
  int ends[2];
  memset(&outcome, 0, sizeof outcome);
  fflush(NULL);
  REQUIRE(pipe(ends) == 0);
  pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    dup2(ends[1], 2);
    close(ends[0]);
    close(ends[1]);
    alarm(20);
    body(argument);
    _exit(0);
  }
  close(ends[1]);
  size_t used = 0;
  char rest[512];
  for (;;) {
    size_t room = sizeof outcome.text - 1 - used;
    ssize_t count = room ? read(ends[0], outcome.text + used, room) : read(ends[0], rest, sizeof rest);
    if (count <= 0) break;
    if (room) used += (size_t)count;
  }
  close(ends[0]);
  REQUIRE(waitpid(child, &outcome.status, 0) == child);
  return outcome;
}

// The one of two prefixes that the child's stderr begins with, or else the first: for calls of which either may be said.
__attribute__((unused))
static const char *either_prefix(const struct child_outcome *outcome, const char *first, const char *second) {
  return strncmp(outcome->text, second, strlen(second)) == 0 ? second : first;
}

// Checks that the child died by SIGABRT after exactly one line `bulwark: PREFIX 0xADDRESS…`, which stands first.
__attribute__((unused))
static void expect_report(const struct child_outcome *outcome, const char *prefix, const void *address, const char *name) {
  EXPECT_IN(WIFSIGNALED(outcome->status) && WTERMSIG(outcome->status) == SIGABRT, "%s: wait status 0x%x, not SIGABRT", name,
            (unsigned)outcome->status);
  size_t length = strlen(prefix);
  int begins = strncmp(outcome->text, prefix, length) == 0 && strncmp(outcome->text + length, " 0x", 3) == 0;
  EXPECT_IN(begins, "%s: wanted \"%s 0x…\", stderr is \"%.70s\"", name, prefix, outcome->text);
  if (begins) {
    unsigned long long printed = strtoull(outcome->text + length + 1, NULL, 16);
    EXPECT_IN(printed == (unsigned long long)(uintptr_t)address, "%s: 0x%llx printed for %p", name, printed, address);
  }
  int lines = 0;
  for (const char *line = outcome->text; line && *line; line = strchr(line, '\n'), line += line != NULL)
    lines += strncmp(line, "bulwark: ", 9) == 0;
  EXPECT_IN(lines == 1, "%s: %d lines begin with \"bulwark: \"", name, lines);
}
