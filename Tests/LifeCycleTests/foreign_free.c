// Frees what malloc never returned, and says "went on" if that was allowed: by which the options in force are known. With
// an argument, first whether the process runs in secure-execution mode. Run by exceptions.sh and set_user_id.sh.
#include "expect.h"
#include <sys/auxv.h>

static char foreign[4096] __attribute__((aligned(64)));

int main(int count, char **arguments) {
  (void)arguments;
  if (!bw_variant) return 3;
  if (count > 1) printf("secure=%lu\n", getauxval(AT_SECURE));
  fflush(stdout);
  free(OPAQUE(foreign + 64));
  puts("went on");
  return 0;
}
