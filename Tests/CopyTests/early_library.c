// Copies in a constructor that runs before the preloaded library's: libc's functions are not found yet.
#include <stddef.h>
#include <string.h>

int early_mistakes = -1;

__attribute__((constructor)) static void copy_early(void) {
  static unsigned char bytes[300], wanted[300];
  int mistakes = 0;
  for (size_t to = 0; to < 20; to++)
    for (size_t from = 0; from < 20; from++)
      for (size_t count = 0; count < 280; count += 7) {
        for (size_t i = 0; i < sizeof bytes; i++) ((volatile unsigned char *)bytes)[i] = (unsigned char)i;
        for (size_t i = 0; i < sizeof bytes; i++)
          ((volatile unsigned char *)wanted)[i] = (unsigned char)(i >= to && i < to + count ? from + i - to : i);
        mistakes += memmove(bytes + to, bytes + from, count) != bytes + to;
        mistakes += memcmp(bytes, wanted, sizeof bytes) != 0;
      }
  mistakes += memset(bytes, 0x1aa, 200) != bytes || bytes[0] != 0xaa || bytes[199] != 0xaa || bytes[200] != 200;
  mistakes += memcpy(bytes, wanted, 100) != bytes || memcmp(bytes, wanted, 100) != 0;
  early_mistakes = mistakes;
}
