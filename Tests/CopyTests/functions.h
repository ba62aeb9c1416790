// The functions that guardedCopies checks, each as one that writes exactly `count` bytes at `to`. At `from` stand
// count − 1 bytes that are not zero, and a zero.
#pragma once
#include "../ABITests/child.h"
#include <malloc.h>
#include <strings.h>

// As programs compiled with _FORTIFY_SOURCE call them.
void *__memcpy_chk(void *, const void *, size_t, size_t);
void *__memmove_chk(void *, const void *, size_t, size_t);
void *__mempcpy_chk(void *, const void *, size_t, size_t);
void *__memset_chk(void *, int, size_t, size_t);
void __explicit_bzero_chk(void *, size_t, size_t);
char *__strcpy_chk(char *, const char *, size_t);
char *__stpcpy_chk(char *, const char *, size_t);
char *__strncpy_chk(char *, const char *, size_t, size_t);
char *__stpncpy_chk(char *, const char *, size_t, size_t);
char *__strcat_chk(char *, const char *, size_t);
char *__strncat_chk(char *, const char *, size_t, size_t);

// `from`: nothing is read; `count` bytes; one less; up to the zero, wherever that is.
enum { reads_nothing, reads_bytes, reads_fewer, reads_string };

struct function {
  const char *name;
  int reads;
  // What the function returns, as a distance from `to`; -1: nothing.
  long (*call)(char *to, const char *from, size_t count, size_t room);
};

#define NAME(function) function##_call
#define DEFINE(function, expression) \
  static long NAME(function)(char *to, const char *from, size_t count, size_t room) { \
    (void)from, (void)count, (void)room; \
    return (long)((char *)(expression) - to); \
  }
#define DEFINE_VOID(function, expression) \
  static long NAME(function)(char *to, const char *from, size_t count, size_t room) { \
    (void)from, (void)count, (void)room; \
    expression; \
    return -1; \
  }

// strcat and strncat append to an empty string; to whatever is there, if the test must not write.
static int target_is_freed;
static char *emptied(char *to) {
  if (!target_is_freed) *to = 0;
  return to;
}

DEFINE(memcpy, memcpy(to, from, count))
DEFINE(memmove, memmove(to, from, count))
DEFINE(mempcpy, mempcpy(to, from, count))
DEFINE(memccpy, memccpy(to, from, 0, count + 100))
DEFINE(memset, memset(to, 'x', count))
DEFINE(strcpy, strcpy(to, from))
DEFINE(stpcpy, stpcpy(to, from))
DEFINE(strncpy, strncpy(to, from, count))
DEFINE(stpncpy, stpncpy(to, from, count))
DEFINE(strcat, strcat(emptied(to), from))
DEFINE(strncat, strncat(emptied(to), from, count - 1))
DEFINE_VOID(bzero, bzero(to, count))
DEFINE_VOID(bcopy, bcopy(from, to, count))
DEFINE_VOID(explicit_bzero, explicit_bzero(to, count))
DEFINE(memcpy_chk, __memcpy_chk(to, from, count, room))
DEFINE(memmove_chk, __memmove_chk(to, from, count, room))
DEFINE(mempcpy_chk, __mempcpy_chk(to, from, count, room))
DEFINE(memset_chk, __memset_chk(to, 'x', count, room))
DEFINE(strcpy_chk, __strcpy_chk(to, from, room))
DEFINE(stpcpy_chk, __stpcpy_chk(to, from, room))
DEFINE(strncpy_chk, __strncpy_chk(to, from, count, room))
DEFINE(stpncpy_chk, __stpncpy_chk(to, from, count, room))
DEFINE(strcat_chk, __strcat_chk(emptied(to), from, room))
DEFINE(strncat_chk, __strncat_chk(emptied(to), from, count - 1, room))
DEFINE_VOID(explicit_bzero_chk, __explicit_bzero_chk(to, count, room))

#define BOTH(function, reads) {#function, reads, NAME(function)}, {"__" #function "_chk", reads, NAME(function##_chk)}

static const struct function functions[] = {
    BOTH(memcpy, reads_bytes),
    BOTH(memmove, reads_bytes),
    BOTH(mempcpy, reads_bytes),
    BOTH(memset, reads_nothing),
    BOTH(explicit_bzero, reads_nothing),
    BOTH(strcpy, reads_string),
    BOTH(stpcpy, reads_string),
    BOTH(strncpy, reads_bytes),
    BOTH(stpncpy, reads_bytes),
    BOTH(strcat, reads_string),
    BOTH(strncat, reads_fewer),
    {"memccpy", reads_bytes, NAME(memccpy)},
    {"bzero", reads_nothing, NAME(bzero)},
    {"bcopy", reads_bytes, NAME(bcopy)},
};
enum { function_count = sizeof functions / sizeof functions[0] };

// Fills `from` as the functions want it. By hand: nothing here may be what is tested.
__attribute__((unused)) static void fill(char *from, size_t count) {
  for (size_t i = 0; i + 1 < count; i++) ((volatile char *)from)[i] = (char)('a' + i % 23);
  if (count) ((volatile char *)from)[count - 1] = 0;
}

// True if the variant does not look at so short a copy (Variant.shortestGuardedCopy, which run.sh passes on).
__attribute__((unused)) static int is_short(const struct function *function, size_t count) {
  const char *shortest = getenv("SHORTEST_GUARDED_COPY");
  int is_of_strings = strstr(function->name, "str") || strstr(function->name, "stp");
  return shortest && !is_of_strings && count < strtoul(shortest, NULL, 10);
}

// What the function must leave at `to[i]`.
__attribute__((unused)) static char expected_byte(const struct function *function, size_t count, size_t i) {
  if (strstr(function->name, "memset")) return 'x';
  if (function->reads == reads_nothing || i + 1 == count) return 0;
  return (char)('a' + i % 23);
}

__attribute__((unused)) static long expected_result(const struct function *function, size_t count) {
  const char *name = function->name;
  if (strstr(name, "bzero") || strstr(name, "bcopy")) return -1;
  if (strstr(name, "mempcpy") || strstr(name, "memccpy")) return (long)count;
  return strstr(name, "stp") ? (long)count - 1 : 0;
}
