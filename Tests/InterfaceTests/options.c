// Options while the program runs: read, changed where that is possible, refused with a reason where it is not.
#include "bulwark.h"
#include "expect.h"
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *value_of(const char *name) {
  static char buffer[600];
  long length = bw_option_get(name, buffer, sizeof buffer);
  EXPECT_IN(length == (long)strlen(buffer), "%s: %ld", name, length);
  return buffer;
}

static void expect_refused(const char *name, const char *value, int error) {
  errno = 0;
  EXPECT_IN(!bw_option_set(name, value) && errno == error, "%s=%s: errno %d", name, value, errno);
}

int main(int count, char **arguments) {
  if (count == 1) {
    // Options are read at load.
    setenv("BULWARK_OPTIONS", "purge_delay=250:report_file=/tmp/of-a-test-%p:on_violation=abort", 1);
    execl("/proc/self/exe", arguments[0], "again", NULL);
    return 4;
  }
  expect_start();
  EXPECT(!strcmp(value_of("purge_delay"), "250"));
  EXPECT(!strcmp(value_of("on_violation"), "abort"));
  EXPECT(!strcmp(value_of("report_file"), "/tmp/of-a-test-%p"));
  EXPECT(!strcmp(value_of("json_file"), ""));
  char small[2] = {1, 1};
  EXPECT(bw_option_get("purge_delay", small, 2) == 3 && !strcmp(small, "2"));
  EXPECT_EQUAL(bw_option_get("purge_delay", NULL, 0), 3);
  errno = 0;
  EXPECT(bw_option_get("no_such_option", small, 2) == -1 && errno == ENOENT);
  errno = 0;
  EXPECT(bw_option_get(NULL, small, 2) == -1 && errno == ENOENT);

  EXPECT(bw_option_set("purge_delay", "20") && !strcmp(value_of("purge_delay"), "20"));
  expect_refused("purge_delay", "-1", EINVAL);
  expect_refused("purge_delay", "", EINVAL);
  expect_refused("purge_delay", NULL, EINVAL);
  expect_refused("purge_delay", "3600001", EINVAL);
  EXPECT(!strcmp(value_of("purge_delay"), "20"));
  expect_refused("on_violation", "report", EPERM);
  expect_refused("report_file", "/tmp/x", EPERM);
  expect_refused("nonsense", "1", ENOENT);
  if (!is_variant("release")) {
    EXPECT(!strcmp(value_of("sample_rate"), "5000"));
    EXPECT(bw_option_set("sample_rate", "1") && !strcmp(value_of("sample_rate"), "1"));
    // From now on each allocation is alone on an OS page, while there are slots.
    char *blocks[8];
    for (int i = 0; i < 8; i++) blocks[i] = malloc(100);
    for (int i = 1; i < 8; i++) {
      const intptr_t distance = blocks[i] - blocks[i - 1];
      EXPECT_IN(distance >= 8192 || distance <= -8192, "sampled blocks %ld bytes apart", (long)distance);
    }
    for (int i = 0; i < 8; i++) free(blocks[i]);
    EXPECT(bw_option_set("sample_rate", "0"));
    EXPECT(bw_option_set("fault_reports", "1") && !strcmp(value_of("fault_reports"), "1"));
  } else {
    expect_refused("sample_rate", "1", ENOTSUP);
  }
  return expect_end();
}
