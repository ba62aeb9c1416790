// curl, CVE-2023-38545. A host name of more than 255 bytes should be resolved here, not by the proxy; but when the handshake
// is slow the decision is forgotten between two states, and the name is copied into a buffer that it does not fit.
#include "historic.h"

struct transfer {
  char *buffer;
  size_t size;
  int state;
};

APART int connect_step(struct transfer *transfer, const char *host, bool fixed) {
  size_t length = strlen(host);
  // A local variable: the next step begins with its default again.
  bool resolves_locally = false;
  switch (transfer->state) {
  case 0:
    if (length > 255) resolves_locally = true;
    transfer->state = 1;
    return 0;  // would block
  default:
    if (fixed && length > 255) return -1;
    if (resolves_locally) return -1;
    transfer->buffer[0] = 5;
    transfer->buffer[1] = 1;
    transfer->buffer[2] = 0;
    transfer->buffer[3] = 3;
    transfer->buffer[4] = (char)length;
    memcpy(&transfer->buffer[5], host, length);
    return 1;
  }
}

int main(int count, char **arguments) {
  bool fixed = is_fixed(count, arguments);
  struct transfer transfer = {malloc(1024), 1024, 0};
  char *host = malloc(5001);
  memset(host, 'h', 5000);
  host[5000] = '\0';
  int status;
  while ((status = connect_step(&transfer, host, fixed)) == 0) after++;
  free(host);
  free(transfer.buffer);
  return 0;
}
