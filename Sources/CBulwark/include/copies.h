// What guardedCopies needs beside Swift: libc's own copying functions, and the map that says whose an address is.
// Defined in CBulwarkExports; the names memcpy, memmove and memset in CBulwarkCopies.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct bw_copies {
  // The page map to ask. An empty one before the library is loaded, and where the option guarded_copies is 0: then
  // every address is nobody's, and the check needs no test of its own for that.
  uintptr_t page_map;
  // libc's memmove (which is its memcpy too) and memset, for this processor; simple ones before the library is loaded.
  void *_Nonnull (*_Nonnull move)(void *_Nonnull, const void *_Nonnull, size_t);
  void *_Nonnull (*_Nonnull set)(void *_Nonnull, int, size_t);
};

// In the part of the library that the loader makes read-only: a function pointer that an attacker could change would be
// worth more to him than what the checks stop.
extern const struct bw_copies bw_copies __attribute__((visibility("hidden")));

static inline uintptr_t bw_copies_page_map(void) { return bw_copies.page_map; }
// Addresses are integers here and below: with pointers the compiler converts results after a call, and nothing ends in a
// jump to libc.
static inline uintptr_t bw_copies_move(uintptr_t to, uintptr_t from, size_t bytes) {
  return (uintptr_t)bw_copies.move((void *)to, (const void *)from, bytes);
}
static inline uintptr_t bw_copies_set(uintptr_t to, int byte, size_t bytes) {
  return (uintptr_t)bw_copies.set((void *)to, byte, bytes);
}
// Finds libc's functions, and has the checks ask the map at `page_map`; 0: still the empty one.
void bw_copies_start(uintptr_t page_map) __attribute__((visibility("hidden")));

// The prototypes of copies.c's exported functions and of Swift's, under names of our own, as in abi.h.
uintptr_t bw_abi_memcpy(uintptr_t to, uintptr_t from, size_t bytes);
uintptr_t bw_abi_mempcpy(uintptr_t to, uintptr_t from, size_t bytes);
uintptr_t bw_abi_memccpy(uintptr_t to, uintptr_t from, int byte, size_t bytes);
uintptr_t bw_abi_memset(uintptr_t to, int byte, size_t bytes);
void bw_abi_bzero(uintptr_t to, size_t bytes);
void bw_abi_bcopy(uintptr_t from, uintptr_t to, size_t bytes);
uintptr_t bw_abi_strcpy(uintptr_t to, uintptr_t from);
uintptr_t bw_abi_stpcpy(uintptr_t to, uintptr_t from);
uintptr_t bw_abi_strncpy(uintptr_t to, uintptr_t from, size_t bytes);
uintptr_t bw_abi_stpncpy(uintptr_t to, uintptr_t from, size_t bytes);
uintptr_t bw_abi_strcat(uintptr_t to, uintptr_t from);
uintptr_t bw_abi_strncat(uintptr_t to, uintptr_t from, size_t bytes);

// The same for programs that were compiled with _FORTIFY_SOURCE: `room` is what the compiler knows of the destination.
uintptr_t bw_abi___memcpy_chk(uintptr_t to, uintptr_t from, size_t bytes, size_t room);
uintptr_t bw_abi___mempcpy_chk(uintptr_t to, uintptr_t from, size_t bytes, size_t room);
uintptr_t bw_abi___memset_chk(uintptr_t to, int byte, size_t bytes, size_t room);
void bw_abi___explicit_bzero_chk(uintptr_t to, size_t bytes, size_t room);
uintptr_t bw_abi___strcpy_chk(uintptr_t to, uintptr_t from, size_t room);
uintptr_t bw_abi___stpcpy_chk(uintptr_t to, uintptr_t from, size_t room);
uintptr_t bw_abi___strncpy_chk(uintptr_t to, uintptr_t from, size_t bytes, size_t room);
uintptr_t bw_abi___stpncpy_chk(uintptr_t to, uintptr_t from, size_t bytes, size_t room);
uintptr_t bw_abi___strcat_chk(uintptr_t to, uintptr_t from, size_t room);
uintptr_t bw_abi___strncat_chk(uintptr_t to, uintptr_t from, size_t bytes, size_t room);

// libc's searches, by address. None of them is one of ours.
size_t bw_libc_strlen(uintptr_t) __asm__("strlen");
size_t bw_libc_strnlen(uintptr_t, size_t) __asm__("strnlen");
uintptr_t bw_libc_memchr(uintptr_t, int, size_t) __asm__("memchr");
// What libc does when a fortified function's `room` is too small: one line, and SIGABRT.
__attribute__((noreturn)) void bw_libc_chk_fail(void) __asm__("__chk_fail");
