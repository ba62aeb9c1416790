// The checks of the ABI and life-cycle programs: each failure is printed with its place and values, and counted.
//
// A program starts with expect_start(), which ends it unless the expected library is loaded, and ends with
// `return expect_end();`. Any thread may check.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C"
#else
extern
#endif
const char *bw_variant(void) __attribute__((weak));

static int expect_failures;

__attribute__((unused, format(printf, 4, 5)))
static void expect_fail(const char *file, int line, const char *expression, const char *format, ...) {
  // Past the first failures the rest would only bury them.
  if (__atomic_fetch_add(&expect_failures, 1, __ATOMIC_RELAXED) >= 20) return;
  char values[256];
  __builtin_va_list arguments;
  __builtin_va_start(arguments, format);
  vsnprintf(values, sizeof values, format, arguments);
  __builtin_va_end(arguments);
  fprintf(stderr, "%s:%d: expected %s%s\n", file, line, expression, values);
}

#define EXPECT(condition) \
  do { if (!(condition)) expect_fail(__FILE__, __LINE__, #condition, "%s", ""); } while (0)

// Like EXPECT, with the printf-like circumstances in which the condition failed.
#define EXPECT_IN(condition, ...) \
  do { \
    if (!(condition)) { \
      char circumstances[200]; \
      snprintf(circumstances, sizeof circumstances, __VA_ARGS__); \
      expect_fail(__FILE__, __LINE__, #condition, "  (%s)", circumstances); \
    } \
  } while (0)

#define EXPECT_COMPARED(left, operation, right) \
  do { \
    long long expect_left = (long long)(left), expect_right = (long long)(right); \
    if (!(expect_left operation expect_right)) \
      expect_fail(__FILE__, __LINE__, #left " " #operation " " #right, "  (%lld and %lld, 0x%llx and 0x%llx)", \
                  expect_left, expect_right, expect_left, expect_right); \
  } while (0)

#define EXPECT_EQUAL(left, right) EXPECT_COMPARED(left, ==, right)
#define EXPECT_AT_MOST(value, bound) EXPECT_COMPARED(value, <=, bound)
#define EXPECT_AT_LEAST(value, bound) EXPECT_COMPARED(value, >=, bound)

// A condition without which the rest of the program means nothing.
#define REQUIRE(condition) \
  do { \
    if (!(condition)) { \
      expect_fail(__FILE__, __LINE__, #condition, "%s", "; giving up"); \
      exit(1); \
    } \
  } while (0)

// Ends the program unless the library of the variant named by $EXPECT_VARIANT is loaded, so that no test passes
// because the library is absent.
__attribute__((unused))
static void expect_start(void) {
  const char *wanted = getenv("EXPECT_VARIANT");
  const char *loaded = bw_variant ? bw_variant() : "none";
  if (wanted && bw_variant && strcmp(wanted, loaded) == 0) return;
  fprintf(stderr, "the library is not the expected one: wanted %s, loaded %s\n", wanted ? wanted : "(unset)", loaded);
  exit(3);
}

__attribute__((unused)) static int expect_end(void) {
  int failures = __atomic_load_n(&expect_failures, __ATOMIC_RELAXED);
  if (failures) fprintf(stderr, "%d checks failed\n", failures);
  return failures ? 1 : 0;
}

__attribute__((unused)) static int is_variant(const char *name) {
  return bw_variant && strcmp(bw_variant(), name) == 0;
}

// One of two amounts of work: the second under $BULWARK_QUICK.
__attribute__((unused)) static long full_or_quick(long full, long quick) {
  const char *flag = getenv("BULWARK_QUICK");
  return flag && *flag ? quick : full;
}

// The same value, of which the compiler forgets what it knew: a freed pointer may be named, a size may be absurd.
#ifdef __cplusplus
template <typename Value> static inline Value opaque(Value value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}
#define OPAQUE(value) opaque(value)
#else
#define OPAQUE(value) \
  (__extension__({ __auto_type opaque_value = (value); __asm__ volatile("" : "+r"(opaque_value)); opaque_value; }))
#endif
