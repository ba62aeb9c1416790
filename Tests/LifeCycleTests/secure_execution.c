// Says whether the process runs in secure-execution mode (AT_SECURE) and where the library comes from. Run set-user-ID by
// set_user_id.sh, which judges the output: "secure=0|1 library=PATH".
#include "expect.h"
#include <dlfcn.h>
#include <sys/auxv.h>

int main(void) {
  expect_start();
  Dl_info info;
  REQUIRE(dladdr((const void *)bw_variant, &info) != 0);
  free(malloc(1000));
  printf("secure=%lu library=%s\n", getauxval(AT_SECURE), info.dli_fname);
  return expect_end();
}
