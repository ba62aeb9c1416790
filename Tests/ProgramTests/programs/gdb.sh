# GDB in batch mode; the program that it debugs has the library as well.

program gdb packages='gdb gcc libc6-dev' loaded='gdb debuggee'

gdb_prepare() {
  cat >debuggee.c <<'END'
#include <stdio.h>
#include <stdlib.h>
struct node { int value; struct node *next; };
static int sum(struct node *list) { return list ? list->value + sum(list->next) : 0; }
int main(void) {
  struct node *list = NULL;
  for (int n = 0; n < 20; n++) {
    struct node *added = malloc(sizeof *added);
    added->value = n;
    added->next = list;
    list = added;
  }
  printf("sum %d\n", sum(list));
  return 0;
}
END
  gcc -g -O0 debuggee.c -o debuggee
}

gdb_run() {
  # -nx: no init files. Addresses change from run to run, and the thread library is announced only sometimes.
  gdb -nx -batch -ex 'set print address off' -ex 'set debuginfod enabled off' -ex 'break sum if !list->next' \
    -ex run -ex bt -ex 'print *list' -ex 'print list->value + 5' -ex delete -ex finish -ex 'print (int) sum(list)' -ex 'info sharedlibrary libc' \
    -ex continue -ex quit "$input/debuggee" </dev/null |
    grep -vE '^\[Thread debugging|^Using host libthread_db|^0x|\[Inferior' | sed -E 's/0x[0-9a-f]+/ADDRESS/g'
}
