// jailed DIRECTORY: a double free after chroot(2) into a directory that has nothing, neither libunwind nor /proc.
#include <stdio.h>
#include <unistd.h>

#include "chain.h"

int main(int count, char **arguments) {
  if (count != 2 || chroot(arguments[1]) || chdir("/")) {
    perror("chroot");
    return 2;
  }
  link_a();
  return 3;
}
