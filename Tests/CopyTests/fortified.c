// What the compiler knows of a destination is checked as libc does it; and where that is enough, what we know too.
#include "functions.h"

static char source[100], target[100];
static const struct function *function;

static void call_with_less_room(void *argument) {
  (void)argument;
  function->call(target, source, 20, 19);
}

int main(void) {
  expect_start();
  fill(source, 20);
  int tried = 0;
  for (int i = 0; i < function_count; i++) {
    function = &functions[i];
    if (strncmp(function->name, "__", 2)) continue;
    tried++;
    EXPECT_IN(function->call(target, source, 20, 20) == expected_result(function, 20), "%s", function->name);
    struct child_outcome outcome = run_child(call_with_less_room, NULL);
    EXPECT_IN(WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGABRT, "%s: wait status 0x%x", function->name,
              (unsigned)outcome.status);
    EXPECT_IN(strstr(outcome.text, "*** buffer overflow detected ***") != NULL, "%s: stderr is \"%.70s\"", function->name,
              outcome.text);
  }
  EXPECT_EQUAL(tried, 11);
  return expect_end();
}
