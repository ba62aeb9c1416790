// loader_lock LIBRARY early|late: a double free while another thread holds the loader's lock, for ever. `early`: it was
// made by pthread_create, so the unwinder may be open; `late`: by thrd_create, which nobody hears of.
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

#include "chain.h"

int loader_is_locked;

static int open_library(void *path) {
  dlopen(path, RTLD_NOW);
  return 0;
}
static void *open_library_too(void *path) {
  open_library(path);
  return NULL;
}

int main(int count, char **arguments) {
  pthread_t early;
  thrd_t late;
  if (count != 3) return 2;
  if (!strcmp(arguments[2], "early"))
    pthread_create(&early, NULL, open_library_too, arguments[1]);
  else
    thrd_create(&late, open_library, arguments[1]);
  while (!__atomic_load_n(&loader_is_locked, __ATOMIC_ACQUIRE)) usleep(1000);
  link_a();
  return 3;
}
