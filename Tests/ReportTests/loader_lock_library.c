// A library whose constructor does not end: who opens it keeps the loader's lock.
#include <unistd.h>

extern int loader_is_locked;
__attribute__((constructor)) static void wait_for_ever(void) {
  __atomic_store_n(&loader_is_locked, 1, __ATOMIC_RELEASE);
  for (;;) pause();
}
