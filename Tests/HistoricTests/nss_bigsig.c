// NSS, CVE-2021-43527. A signature is copied into a verification context whose room is that of the largest known key; its
// length is compared with the key's own size, not with that room.
#include "historic.h"

enum { largest = 2048 };
struct context {
  int algorithm;
  unsigned char signature[largest];
  void (*verify)(struct context *);
};

APART void verify(struct context *context) { after += context->algorithm; }

APART struct context *make_context(const unsigned char *signature, size_t length, size_t key_length, bool fixed) {
  if (length != key_length) return NULL;
  if (fixed && length > largest) return NULL;
  struct context *context = calloc(1, sizeof *context);
  context->verify = verify;
  memcpy(context->signature, signature, length);
  return context;
}

int main(int count, char **arguments) {
  enum { length = 16384 / 8 + 512 };
  unsigned char *signature = malloc(length);
  memset(signature, 0x5A, length);
  struct context *context = make_context(signature, length, length, is_fixed(count, arguments));
  free(context);
  free(signature);
  return 0;
}
