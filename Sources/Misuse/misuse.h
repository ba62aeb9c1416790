// What a scenario is: one misuse, on a block of one size, with one part for threads. A misuse is written once, as a pair
// of functions (the wrong one and its legal twin) and a record of what each variant makes of it; main.c multiplies it
// out.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// The sizes that blocks have, as sets. The names say bytes, or bytes@alignment; what each is for stands in sizes.c.
enum sizes {
  S0 = 1 << 0, S24 = 1 << 1, S100 = 1 << 2, S1016 = 1 << 3, S5000 = 1 << 4, S20000 = 1 << 5, S131064 = 1 << 6,
  S200000 = 1 << 7, S3M = 1 << 8, S40M = 1 << 9, A200 = 1 << 10, A6000 = 1 << 11, A300000 = 1 << 12, A0 = 1 << 13,
  S4096 = 1 << 14, S64 = 1 << 15, S104 = 1 << 16, A192 = 1 << 17,
  size_count = 18,
  // For misuses that no size belongs to.
  NO_SIZE = 1 << 18,
  SMALL = S24 | S100 | S1016 | S5000 | A200 | A6000,
  MEDIUM = S20000 | S131064,
  LARGE = S200000 | S3M | A300000,
  HUGE = S40M,
};

struct size {
  const char *name;
  size_t bytes;
  size_t alignment;  // 0 for malloc's own
};
extern const struct size all_sizes[];  // in the order of the bits above, NO_SIZE's last

// The parts of threads, as sets. `by` and `allocate` (support.h) play them.
enum threads {
  SAME = 1 << 0,    // one thread does everything
  OTHER = 1 << 1,   // another thread, older than the block, does the step that matters
  ENDED = 1 << 2,   // the block comes from a thread that has ended
  FORKED = 1 << 3,  // the block comes from the parent, and everything after it happens in the child of a fork
  BOTH = 1 << 4,    // two threads at the same instant
  thread_case_count = 5,
};
extern const char *const thread_names[];

struct scenario;
typedef void scenario_body(const struct scenario *);

// What a variant makes of a misuse. One of these, or several joined by " | ":
//   <violation>          the report with that first line, and its signal
//   fault                SIGSEGV at the access; where faults are reported, one of the guarded violations and its signal
//   goes on: <violation> the report, and the program goes on to its end
//   harmless             no report, and the program goes on to its end
//   anything             nothing is promised; a report, if there is one, names a violation listed for some variant
// Names of violations are those of `enum Violation` in Sources/Core/Report/Violation.swift.
typedef const char *outcome;

struct misuse {
  const char *name;
  const char *body;         // the name of `wrong`, which the report's backtrace holds unless another thread did it
  scenario_body *wrong;
  scenario_body *legal;
  unsigned sizes, threads;  // sets: a scenario for each pair
  const char *what;         // the misuse, and
  const char *found;        // what finds it and when: cells of the table
  outcome secure, debug;    // debug: NULL for the same as secure
  outcome release;          // NULL for "anything"
  const char *functions;    // names that the report's backtraces hold, separated by spaces
  size_t number;            // whatever the body wants to know
  const char *options;      // BULWARK_OPTIONS, or NULL
  // The number of runs, out of `of`, in which `secure` and `debug` are promised; 0 of 0 for all. Others are harmless.
  unsigned runs, of;
};

struct scenario {
  const struct misuse *misuse;
  const struct size *size;
  size_t bytes;  // of `size`
  enum threads thread;
};

// Registers a misuse whose functions are BODY and BODY_twin.
#define MISUSE_AS(identifier, function, ...)                                                                          \
  static const struct misuse misuse_##identifier = {.name = #identifier, .body = #function, .wrong = function,        \
                                                    .legal = function##_twin, __VA_ARGS__};                           \
  __attribute__((section("misuses"), used)) static const struct misuse *const entry_##identifier = &misuse_##identifier
#define MISUSE(identifier, ...) MISUSE_AS(identifier, identifier, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
