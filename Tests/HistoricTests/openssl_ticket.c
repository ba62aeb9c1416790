// OpenSSL, CVE-2014-3567. A session ticket whose seal is wrong is refused, and the context in which it was decrypted is not
// freed: a client can make the server lose memory, again and again.
#include "historic.h"

struct cipher {
  unsigned char key[32], state[200];
};

APART struct cipher *begin_decryption(void) { return calloc(1, sizeof(struct cipher)); }

APART int accept_ticket(const unsigned char *ticket, size_t length, bool fixed) {
  struct cipher *cipher = begin_decryption();
  unsigned char sum = 0;
  for (size_t i = 0; i + 1 < length; i++) sum ^= ticket[i];
  if (sum != ticket[length - 1]) {
    if (fixed) free(cipher);
    return -1;
  }
  free(cipher);
  return 0;
}

int main(int count, char **arguments) {
  bool fixed = is_fixed(count, arguments);
  unsigned char ticket[48] = {1, 2, 4};
  for (int i = 0; i < 100; i++) after += accept_ticket(ticket, sizeof ticket, fixed);
  return 0;
}
