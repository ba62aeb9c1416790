// Opened with RTLD_DEEPBIND: its malloc is libc's own, whatever is preloaded.
#include <stdlib.h>

void *deep_allocate(size_t size) { return malloc(size); }
void deep_free(void *block) { free(block); }
