// Where a trace of operations is gathered before it is written: in C, because the report that ends a process writes what is left,
// and Report lies below all that makes a trace.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern bool bw_trace_is_on __attribute__((visibility("hidden")));
static inline bool bw_trace_is_open(void) { return bw_trace_is_on; }
// Begins a trace that goes to a file, whose name is copied.
void bw_trace_open(const char *_Nonnull path) __attribute__((visibility("hidden")));
// Adds a line. What there is room for no more goes to the file first.
void bw_trace_append(const void *_Nonnull line, size_t bytes) __attribute__((visibility("hidden")));
// Writes what was gathered. A thread that does not get the buffer within a while gives up: who has it may be gone.
void bw_trace_flush(void) __attribute__((visibility("hidden")));
// In the child of a fork: what the parent gathered is the parent's to write, into its own file.
void bw_trace_reset(const char *_Nonnull path) __attribute__((visibility("hidden")));
// Nanoseconds since some moment.
uint64_t bw_trace_time(void) __attribute__((visibility("hidden")));
