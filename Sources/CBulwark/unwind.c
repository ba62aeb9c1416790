// The definitions behind unwind.h.
#include "CBulwark.h"

// The linker's own symbols.
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

uintptr_t bw_image_start(void) { return (uintptr_t)__ehdr_start; }
uintptr_t bw_image_end(void) { return (uintptr_t)_end; }
