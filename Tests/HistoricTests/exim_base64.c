// Exim, CVE-2018-6789. The room for decoded base64 is computed for whole groups of four characters; of three more, which no
// correct sender leaves, two bytes come, where there is room for one.
#include "historic.h"

APART int value(char letter) {
  const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *found = letter ? strchr(letters, letter) : NULL;
  return found ? (int)(found - letters) : -1;
}

APART unsigned char *decode(const char *text, bool fixed) {
  size_t length = strlen(text), room = 3 * (length / 4) + 1;
  if (fixed) room += 2;
  unsigned char *result = malloc(room), *to = result;
  while (*text) {
    int one = value(*text++), other = value(*text++);
    if (one < 0 || other < 0) break;
    *to++ = (unsigned char)(one << 2 | other >> 4);
    int third = value(*text);
    if (third < 0) break;
    text++;
    *to++ = (unsigned char)(other << 4 | third >> 2);
    int fourth = value(*text);
    if (fourth < 0) break;
    text++;
    *to++ = (unsigned char)(third << 6 | fourth);
  }
  return result;
}

APART void authenticate(const char *text, bool fixed) {
  unsigned char *decoded = decode(text, fixed);
  free(decoded);
  after++;
}

int main(int count, char **arguments) {
  // 7 characters: room for 4 bytes, and 5 come. The fifth is 0, which a canary's first byte never is.
  authenticate("/////wA", is_fixed(count, arguments));
  return 0;
}
