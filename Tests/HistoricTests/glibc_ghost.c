// glibc, CVE-2015-0235. gethostbyname's shortcut for numeric names lays an address, two lists of pointers and the name out in
// the caller's buffer, and forgets one of the pointers when it asks whether they fit.
#include "historic.h"

typedef unsigned char address[16];
typedef char *address_list[2];

APART int lay_out(const char *name, char *buffer, size_t size, bool fixed) {
  size_t needed = sizeof(address) + sizeof(address_list) + strlen(name) + 1;
  if (fixed) needed += sizeof(char *);
  if (size < needed) return -1;
  address *host = (address *)buffer;
  address_list *addresses = (address_list *)(host + 1);
  char **aliases = (char **)(addresses + 1);
  char *copied = (char *)(aliases + 1);
  memset(host, 0, sizeof *host);
  (*addresses)[0] = (char *)host;
  (*addresses)[1] = NULL;
  *aliases = NULL;
  strcpy(copied, name);
  return 0;
}

int main(int count, char **arguments) {
  bool fixed = is_fixed(count, arguments);
  const char *name = "0000000000000000000000000000000000000000000127.0.0.1";
  size_t size = sizeof(address) + sizeof(address_list) + strlen(name) + 1;
  char *buffer = malloc(size);
  lay_out(name, buffer, size, fixed);
  free(buffer);
  return 0;
}
