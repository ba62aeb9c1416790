// The OS pages with the options cannot be written once the library is loaded: neither by the process nor by its child. Run
// by sealed.sh with the page's place in the library; prints the page's beginning.
#include "child.h"
#include <dlfcn.h>

static volatile char *page;

static void fault(int number, siginfo_t *information, void *context) {
  (void)number, (void)context;
  // SEGV_ACCERR: the page is there, and this access to it is not allowed.
  _exit(information->si_code == SEGV_ACCERR && information->si_addr == (void *)page ? 42 : 43);
}

static void write_there(void *argument) {
  struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  if (argument) page += 8191;
  *page = (char)(*page + 1);
}

static void write_there_in_a_child(void *argument) {
  pid_t child = fork();
  if (child == 0) write_there(argument), _exit(0);
  int status = 0;
  waitpid(child, &status, 0);
  _exit(WEXITSTATUS(status));
}

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 2);
  Dl_info library;
  REQUIRE(dladdr((const void *)bw_variant, &library) != 0);
  page = (char *)library.dli_fbase + strtoul(arguments[1], NULL, 16);
  REQUIRE((uintptr_t)page % 4096 == 0);
  free(malloc(1000));
  void (*const writers[])(void *) = {write_there, write_there_in_a_child};
  for (int i = 0; i < 4; i++) {
    struct child_outcome outcome = run_child(writers[i / 2], i % 2 ? &outcome : NULL);
    EXPECT_IN(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 42, "writer %d, wait status 0x%x", i,
              (unsigned)outcome.status);
  }
  for (int i = 0; i < 128; i++) printf("%02x", page[i] & 255);
  puts("");
  return expect_end();
}
