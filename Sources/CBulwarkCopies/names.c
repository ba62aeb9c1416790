// memcpy, memmove and memset for guardedCopies: their exported names, and what our own code calls instead. In C, and in a
// target that only variants with the flag link, because of the names: the compilers make calls of these three out of our
// own code, and those must not be checked (they write free blocks, too). So the linker gives our own calls other targets
// (--wrap, Package.swift), and then a name can only be exported where it is defined, not by --defsym as our others are.
#include "CBulwark.h"

#define EXPORT __attribute__((visibility("default")))
#define HIDDEN __attribute__((visibility("hidden")))

// Our own calls: straight to libc.
HIDDEN void *__wrap_memcpy(void *to, const void *from, size_t bytes) { return bw_copies.move(to, from, bytes); }
HIDDEN void *__wrap_memmove(void *to, const void *from, size_t bytes) { return bw_copies.move(to, from, bytes); }
HIDDEN void *__wrap_memset(void *to, int byte, size_t bytes) { return bw_copies.set(to, byte, bytes); }

// Everybody else's. A jump each.
EXPORT void *memcpy(void *to, const void *from, size_t bytes) {
  return (void *)bw_abi_memcpy((uintptr_t)to, (uintptr_t)from, bytes);
}
EXPORT void *memmove(void *to, const void *from, size_t bytes) {
  return (void *)bw_abi_memcpy((uintptr_t)to, (uintptr_t)from, bytes);
}
EXPORT void *memset(void *to, int byte, size_t bytes) {
  return (void *)bw_abi_memset((uintptr_t)to, byte, bytes);
}
