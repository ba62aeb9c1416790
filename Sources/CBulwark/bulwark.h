/* Bulwark's own interface, beside the malloc family that it replaces. C and C++.
 *
 * Link against one of the libraries (-lbulwark, -lbulwark-secure, -lbulwark-debug), or declare these weak and test
 * them, so that a program runs with and without LD_PRELOAD. All functions may be called from any thread. */
#ifndef BULWARK_H
#define BULWARK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version, such as "0.1.0". */
const char *bw_version(void);

/* Which library is in the process: "release", "secure" or "debug". */
const char *bw_variant(void);

/* True if `address` lies where this allocator's blocks can be, live or not. Any value is allowed; never faults.
 * Takes constant time and no lock. */
bool bw_owns(const void *address);

/* The bytes that malloc(byte_count) makes usable: what malloc_usable_size of the result would say. */
size_t bw_good_size(size_t byte_count);

/* Releases the calling thread's empty pages, and gives memory that has been free for the purge delay back to the
 * kernel; if `force`, all that is free, whatever the delay. */
void bw_collect(bool force);

/* Looks at the blocks of the calling thread, those that ended threads left behind, and large ones: for writes behind live blocks
 * and into freed ones. Each damaged block is reported, as the option on_violation says; returns how many there were. What
 * other running threads allocated is left out. 0 in the release library. May be called from a debugger. */
size_t bw_check_heap(void);

/* Searches for leaks now, as the debug library does at exit, and reports what is found; returns how many bytes are lost, those
 * that the option suppressions names left out. What other threads keep in registers alone, at this instant, is taken for lost; what
 * they allocate meanwhile is not. While another thread searches, 0.
 * 0 in the other libraries, and without the option block_stacks. */
size_t bw_report_leaks(void);

/* Writes the blocks in use by the place of their allocation to a file, in place of what it holds, in the text form of gperftools'
 * heap profiles, which pprof reads. `%p` in the path, of at most 511 bytes, is the process's id. False if the file cannot be
 * made, in the other libraries, and without the option block_stacks. */
bool bw_write_profile(const char *path);

/* Writes a map of segments, pages and their blocks to a file, in place of what it holds, as JSON: `bulwark map FILE -o PAGE.html`
 * makes a page of it to look at. `%p` as above. False if the file cannot be made, in the other libraries, and without the option
 * block_stacks. Not from within malloc: it waits for the lock of the segments. */
bool bw_write_map(const char *path);

/* Writes a table of blocks by their size where reports go: in use, at most at once, and ever allocated. Nothing in the
 * other libraries, and without the option block_stacks. */
void bw_print_statistics(void);

#ifdef __cplusplus
}
#endif

#endif
