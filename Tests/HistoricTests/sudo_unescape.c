// sudo, CVE-2021-3156. Arguments are joined with their backslashes taken out. One that ends in a backslash makes the loop
// step over its terminating NUL, and copy what follows it in memory.
#include <ctype.h>

#include "historic.h"

APART char *join(char **arguments, bool fixed) {
  size_t size = 0;
  for (char **one = arguments; *one; one++) size += strlen(*one) + 1;
  char *joined = malloc(size), *to = joined;
  for (char **one = arguments; *one; one++) {
    const char *from = *one;
    while (*from) {
      if (from[0] == '\\' && !isspace((unsigned char)from[1]) && !(fixed && from[1] == '\0')) from++;
      *to++ = *from++;
    }
    *to++ = ' ';
  }
  *--to = '\0';
  return joined;
}

APART void edit(char **arguments, bool fixed) {
  char *joined = join(arguments, fixed);
  free(joined);
  after++;
}

int main(int count, char **arguments) {
  bool fixed = is_fixed(count, arguments);
  // As on a process's stack: the environment follows the arguments.
  static char stack[] = "-s\0AAAAAAAAAAAAAAAAAAAA\\\0LC_ALL=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
  char *words[] = {stack + 3, NULL};
  edit(words, fixed);
  return 0;
}
