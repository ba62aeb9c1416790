// Threads that ended before our own constructor ran left nothing behind; fork works although another library's handlers,
// registered before ours, allocate while all locks are held.
#include "memory.h"
#include <sys/wait.h>

extern int handler_calls;
void run_short_lives(int count);

int main(void) {
  expect_start();
  alarm(60);
  // Each of those threads filled some ten pages of blocks: 200 heaps that never came back would be 40 MiB.
  EXPECT_AT_MOST(memory_now("VmRSS:"), 16 * mib);
  for (int round = 1; round <= 20; round++) {
    pid_t process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
      alarm(30);
      EXPECT_EQUAL(handler_calls, 2 * round);
      run_short_lives(2);
      _exit(expect_end());
    }
    int status = -1;
    REQUIRE(waitpid(process, &status, 0) == process);
    EXPECT_EQUAL(status, 0);
  }
  EXPECT_EQUAL(handler_calls, 40);
  return expect_end();
}
