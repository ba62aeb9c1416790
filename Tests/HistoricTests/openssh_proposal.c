// OpenSSH 9.1, CVE-2023-25136. For old clients the list of key exchanges is replaced by a filtered one, and the option that
// it came from is freed, which others still hold: the next to tidy up frees it again.
#include "historic.h"

static struct {
  char *kex_algorithms;
} options;

APART char *filtered(const char *list, const char *without) {
  const char *found = strstr(list, without);
  char *result = malloc(strlen(list) + 1);
  size_t before = (size_t)(found - list);
  memcpy(result, list, before);
  strcpy(result + before, found + strlen(without));
  return result;
}

APART char *compatible_proposal(char *proposal, bool fixed) {
  char *shorter = filtered(proposal, "curve25519-sha256@libssh.org,");
  if (!fixed) free(proposal);
  after++;
  return shorter;
}

APART void tidy_up(void) {
  free(options.kex_algorithms);
  after++;
}

int main(int count, char **arguments) {
  options.kex_algorithms = strdup("curve25519-sha256@libssh.org,diffie-hellman-group14-sha256");
  char *proposal = compatible_proposal(options.kex_algorithms, is_fixed(count, arguments));
  tidy_up();
  free(proposal);
  return 0;
}
