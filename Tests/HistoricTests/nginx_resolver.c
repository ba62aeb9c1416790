// nginx, CVE-2021-23017. A name in a DNS answer is measured, then copied. After a compression pointer's last label the copy
// writes a dot for which the measurement had no room.
#include "historic.h"

// Copies the name at `start` as text, with a dot between labels.
APART unsigned char *copy_name(const unsigned char *message, size_t start, bool fixed, size_t *length) {
  size_t needed = 0;
  const unsigned char *at = message + start;
  // The length of each label and the byte that says it, less one for the first label: no dot stands before it.
  for (const unsigned char *p = at; *p;) {
    if (*p & 0xC0) {
      p = message + ((p[0] & 0x3F) << 8 | p[1]);
    } else {
      needed += 1 + *p;
      p += 1 + *p;
    }
  }
  unsigned char *name = malloc(needed - 1), *to = name;
  for (;;) {
    unsigned char label = *at++;
    if (label & 0xC0) {
      at = message + ((label & 0x3F) << 8 | *at);
      label = *at++;
    }
    if (fixed && label == 0) break;
    if (fixed && to != name) *to++ = '.';
    for (int i = 0; i < label; i++) *to++ = at[i];
    at += label;
    if (*at == 0) break;
    if (!fixed) *to++ = '.';
  }
  *length = (size_t)(to - name);
  return name;
}

APART void resolve(const unsigned char *message, size_t start, bool fixed) {
  size_t length;
  unsigned char *name = copy_name(message, start, fixed, &length);
  free(name);
  after++;
}

int main(int count, char **arguments) {
  // At 6: "abcdefghijklmnopqrstuvw", and a pointer to 4, where an empty name stands: its dot has no room.
  static const unsigned char message[] = {0, 0, 0, 0, 0,   0,   23,  'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k',
                                          'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 0xC0, 4,  0};
  resolve(message, 6, is_fixed(count, arguments));
  return 0;
}
