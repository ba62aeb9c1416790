/* Bulwark's own interface, beside the malloc family that it replaces. C and C++; Swift by the module Bulwark.
 *
 * Link against one of the libraries (-lbulwark, -lbulwark-secure, -lbulwark-debug), or declare these weak and test
 * them, so that a program runs with and without LD_PRELOAD.
 *
 * Each function has a comment of one form, from which its manual page is made: a sentence; what it does; @param with units
 * and ranges; @return; @errno, where it is set; @threads, where not every thread may call at any time. What is not
 * said to be otherwise may be called by any thread at any time, except within a signal's handler that interrupted an
 * allocation. Sizes are in bytes; a request above PTRDIFF_MAX fails with ENOMEM. In one file though it is long: a program needs
 * one header. */
#ifndef BULWARK_H
#define BULWARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What compilers may know of a function: its result is new memory, of that size, and should not be thrown away. */
#if defined(__GNUC__)
#define BW_NEW(...) __attribute__((malloc, warn_unused_result, alloc_size(__VA_ARGS__)))
#define BW_RESIZED(...) __attribute__((warn_unused_result, alloc_size(__VA_ARGS__)))
#else
#define BW_NEW(...)
#define BW_RESIZED(...)
#endif
/* The function's name in Swift. */
#if defined(__swift__) || (defined(__clang__) && !defined(__cplusplus))
#define BW_SWIFT(name) __attribute__((swift_name(name)))
#else
#define BW_SWIFT(name)
#endif

/* ---------------------------------------------------------------------------------------------------- The library */

/** Tells the version.
 * @return such as "0.1.0"; constant. */
const char *bw_version(void);

/** Tells which library is in the process.
 * @return "release", "secure" or "debug"; constant. */
const char *bw_variant(void);

/* ---------------------------------------------------------------------------------------------------- Allocating
 *
 * Blocks of all these functions are malloc's: each may be given to free, realloc and malloc_usable_size, or to the
 * functions here, whichever made it. All are aligned to 16 bytes at least. */

/** Allocates memory, as malloc does.
 * @param size 0 or more; for 0 the result is distinct, and in secure and debug faults on any access.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. */
void *bw_malloc(size_t size) BW_NEW(1);

/** Allocates an array of zeros, as calloc does.
 * @param count how many elements.
 * @param size of one.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory, or the product is no size_t. */
void *bw_calloc(size_t count, size_t size) BW_NEW(1, 2);

/** Allocates zeros.
 * @param size as for bw_malloc.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. */
void *bw_zalloc(size_t size) BW_NEW(1);

/** Allocates an array, whose contents are not set.
 * @param count how many elements.
 * @param size of one.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory, or the product is no size_t. */
void *bw_mallocn(size_t count, size_t size) BW_NEW(1, 2);

/** Resizes a block, as realloc does: it may move; what fits is kept.
 * @param block a live block, or NULL: then a new one is made.
 * @param size 0 frees the block and returns NULL.
 * @return the block; NULL leaves the old one as it was, unless the size is 0.
 * @errno ENOMEM there is no memory. */
void *bw_realloc(void *block, size_t size) BW_RESIZED(2);

/** Resizes an array, as reallocarray does.
 * @param block as for bw_realloc.
 * @param count how many elements.
 * @param size of one.
 * @return as bw_realloc.
 * @errno ENOMEM there is no memory, or the product is no size_t. */
void *bw_reallocn(void *block, size_t count, size_t size) BW_RESIZED(2, 3);

/** Resizes a block, and zeros what it grows by.
 * @param block as for bw_realloc.
 * @param old_size from here on the block is zeroed; what the program requested last. At most the usable size counts.
 * @param size the new size.
 * @return as bw_realloc.
 * @errno ENOMEM there is no memory. */
void *bw_rezalloc(void *block, size_t old_size, size_t size) BW_RESIZED(3);

/** Resizes a block without moving it.
 * @param block a live block, not NULL. In secure and debug only one that the calling thread, or its heap, allocated, unless
 * it is larger than 128 KiB.
 * @param size the new size.
 * @return the block; NULL, and nothing has changed, if it would have to move. errno is kept. */
void *bw_expand(void *block, size_t size);

/** Allocates aligned memory.
 * @param size as for bw_malloc.
 * @param alignment a power of two, in bytes.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. EINVAL the alignment is no power of two. */
void *bw_malloc_aligned(size_t size, size_t alignment) BW_NEW(1);

/** Allocates aligned zeros.
 * @param size as for bw_malloc.
 * @param alignment a power of two.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. EINVAL the alignment is no power of two. */
void *bw_zalloc_aligned(size_t size, size_t alignment) BW_NEW(1);

/** Allocates memory in which a place behind its start is aligned: what follows a header, say.
 * If the offset is no multiple of the alignment the block has OS pages of its own, and 64 KiB of address space at
 * least: for few blocks. It may be as little aligned as the offset is.
 * @param size as for bw_malloc.
 * @param alignment a power of two, at most 2 GiB.
 * @param offset (block + offset) is a multiple of the alignment. It may lie beyond the size.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. EINVAL the alignment is no power of two, or too large. */
void *bw_malloc_aligned_at(size_t size, size_t alignment, size_t offset) BW_NEW(1);

/** The same, zeroed.
 * @param size as for bw_malloc.
 * @param alignment a power of two, at most 2 GiB.
 * @param offset (block + offset) is a multiple of the alignment.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. EINVAL the alignment is no power of two, or too large. */
void *bw_zalloc_aligned_at(size_t size, size_t alignment, size_t offset) BW_NEW(1);

/** Resizes a block to an aligned one.
 * @param block as for bw_realloc.
 * @param size 0 frees the block and returns NULL.
 * @param alignment a power of two.
 * @return as bw_realloc; it stays where it is only if that is so aligned.
 * @errno ENOMEM there is no memory. EINVAL the alignment is no power of two. */
void *bw_realloc_aligned(void *block, size_t size, size_t alignment) BW_RESIZED(2);

/* ---------------------------------------------------------------------------------------------------- Freeing */

/** Frees a block, as free does. errno is kept.
 * @param block a live block of any of the functions here, by whichever thread, or NULL. */
void bw_free(void *block);

/** Frees a block whose size the caller knows, as C23's free_sized does. errno is kept.
 * Secure and debug check the size: see the option size_mismatch.
 * @param block as for bw_free.
 * @param size what was requested. */
void bw_free_sized(void *block, size_t size);

/** The same for an aligned block, as C23's free_aligned_sized. errno is kept.
 * @param block as for bw_free.
 * @param alignment what was requested; debug checks it.
 * @param size what was requested. */
void bw_free_aligned_sized(void *block, size_t alignment, size_t size);

/* ---------------------------------------------------------------------------------------------------- Asking */

/** Tells how much of a block may be used, as malloc_usable_size does.
 * @param block a live block, or NULL. Anything else is reported where invalid frees are.
 * @return bytes; in secure and debug just what was requested. 0 for NULL. */
size_t bw_usable_size(const void *block);

/** Tells how much malloc would make usable.
 * @param byte_count a request.
 * @return what malloc_usable_size of the result would say. */
size_t bw_good_size(size_t byte_count);

/** Tells whether an address is ours.
 * Constant time, no lock, no fault; may be called in a signal's handler.
 * @param address any value.
 * @return true if it lies where this allocator's blocks can be, live or not. */
bool bw_owns(const void *address);

/* What lies at an address. */
enum bw_state {
  BW_FOREIGN = 0,    /* Not ours: the program's, another allocator's, nobody's. */
  BW_UNUSED = 1,     /* Ours, but in no block: a guard, a gap, memory that no block was made of or whose blocks are forgotten. */
  BW_LIVE = 2,       /* In a block that is in use. */
  BW_FREED = 3,      /* In a block that is free: freed, and it may be handed out any time, or not handed out yet. */
  BW_WAITING = 4,    /* In a block that was freed, and that nobody can get yet: another thread discarded it and its owner has not
                        taken it back, or it waits in quarantine. */
  BW_UNTRACKED = 5   /* In a block of 128 KiB or less in the release library, which does not know whether it is live or free. */
};

/* An answer of bw_query. */
struct bw_block {
  enum bw_state state;
  bool is_exact;         /* `size` is what was requested; else the most that it can have been. */
  const void *start;     /* Where the block begins; NULL if there is none. */
  size_t size;           /* The block's size; 0 if there is none. */
};

/** Tells all that is known of an address: whose it is, whether it is in a block that is live, freed or waiting, the block's
 * start and its size.
 * Never faults, takes no lock, may be called in a signal's handler. Constant time in live pages; for addresses that are foreign,
 * or whose page went, in proportion to the memory that the process has, at 16 KiB a step. While other threads allocate and free, it says
 * what was true at some moment during the call.
 * @param address any value.
 * @param block receives the answer; may be NULL.
 * @return its state. */
enum bw_state bw_query(const void *address, struct bw_block *block);

/* ---------------------------------------------------------------------------------------------------- Heaps
 *
 * A heap has pages of its own, and knows its blocks: all of them can be walked through, or ended at once. One thread at a time may
 * use a heap (every function here that takes one, but for bw_heap_owns, uses it); to hand it to another, order the two as for any
 * other object. Blocks may be freed by any thread, by free like all others; bw_heap_free is faster for those of the thread's own.
 * Where free, realloc and malloc look at blocks they look at these: canaries, states, quarantine and guards are the same.
 *
 * A handle is no address, and none is used twice: secure and debug report the use of a heap that is gone, or of another thread's
 * own; release refuses it. After a fork the child may use the heaps that the forking thread used last; others are gone there. */

typedef struct bw_heap bw_heap;

/** Makes a heap. At most 65,535 at a time.
 * @return the heap, or NULL.
 * @errno ENOMEM there is no memory, or there are too many. */
bw_heap *bw_heap_new(void);

/** Ends a heap, but not its blocks: they live on, and their pages go to the threads that free or need such blocks.
 * @param heap made by bw_heap_new. If it is the calling thread's default, the thread's own is again.
 * @return false if it could not be ended.
 * @errno EINVAL it is no such heap. EBUSY it is another thread's default. */
bool bw_heap_delete(bw_heap *heap);

/** Ends a heap with all its blocks. Secure and debug look for overflows of live ones first; from now on a free of one of them is a
 * double free.
 * @param heap made by bw_heap_new, as for bw_heap_delete.
 * @return false if it could not be ended.
 * @errno EINVAL it is no such heap. EBUSY it is another thread's default. */
bool bw_heap_destroy(bw_heap *heap);

/** Tells the heap that malloc uses in the calling thread: its own, unless it set another.
 * @return the heap; NULL if there is none to be had, as in a thread that is ending.
 * @errno ENOMEM there is none. */
bw_heap *bw_heap_default(void);

/** Has malloc and its kin use a heap in the calling thread.
 * @param heap made by bw_heap_new, or what bw_heap_default said in this thread.
 * @return the default until now, or NULL.
 * @errno EINVAL it is no such heap. EBUSY it is another thread's default. ENOMEM no memory. */
bw_heap *bw_heap_set_default(bw_heap *heap);

/** Allocates from a heap.
 * @param heap of bw_heap_new or bw_heap_default.
 * @param size as for bw_malloc. In created heaps what 0 bytes give does not fault, but a write to it is found.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. EINVAL it is no heap. */
void *bw_heap_malloc(bw_heap *heap, size_t size) BW_NEW(2);

/** Allocates an array of zeros from a heap.
 * @param heap as for bw_heap_malloc.
 * @param count how many elements.
 * @param size of one.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory, or the product is no size_t. EINVAL it is no heap. */
void *bw_heap_calloc(bw_heap *heap, size_t count, size_t size) BW_NEW(2, 3);

/** Allocates aligned memory from a heap.
 * @param heap as for bw_heap_malloc.
 * @param size as for bw_malloc.
 * @param alignment a power of two.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. EINVAL it is no heap, or the alignment is no power of two. */
void *bw_heap_malloc_aligned(bw_heap *heap, size_t size, size_t alignment) BW_NEW(2);

/** Resizes a block; if it moves, the new one is of the heap.
 * @param heap as for bw_heap_malloc.
 * @param block a live block of any heap, or NULL.
 * @param size 0 frees the block and returns NULL.
 * @return as bw_realloc.
 * @errno ENOMEM there is no memory. EINVAL it is no heap. */
void *bw_heap_realloc(bw_heap *heap, void *block, size_t size) BW_RESIZED(3);

/** Frees a block of a heap that the calling thread uses, faster than free does if it is not the thread's default. errno is kept.
 * @param heap as for bw_heap_malloc.
 * @param block a live block of any heap, or NULL. */
void bw_heap_free(bw_heap *heap, void *block);

/** Tells whether an address lies in a heap's pages, or in a live block of it that is larger than they hold. Never faults. (Of a
 * thread's own heap larger blocks than 128 KiB are not known to be its.)
 * @param heap as for bw_heap_malloc.
 * @param address any value.
 * @return true if it does. */
bool bw_heap_owns(bw_heap *heap, const void *address);

/** Gives back what is free in a heap, as bw_collect does for the calling thread's.
 * @param heap as for bw_heap_malloc.
 * @param force whatever the purge delay. */
void bw_heap_collect(bw_heap *heap, bool force);

/* What bw_heap_visit calls: false ends the walk. */
typedef bool bw_block_visitor(void *block, size_t size, void *context);

/** Calls a function with each live block of a heap: in secure and debug with the size that was requested, in release with its usable
 * size. (Of a thread's own heap those larger than 128 KiB, those of no bytes and sampled ones are left out.)
 * @param heap as for bw_heap_malloc.
 * @param visitor must not allocate from the heap, or free its blocks.
 * @param context passed to it.
 * @return true if the walk came to its end. */
bool bw_heap_visit(bw_heap *heap, bw_block_visitor *visitor, void *context);

/* ---------------------------------------------------------------------------------------------------- Statistics */

/* What the allocator holds. Fields are added at the end alone. */
struct bw_statistics {
  size_t live_count;          /* Blocks in use, and their bytes by the size of their blocks. */
  size_t live_bytes;
  size_t free_count;          /* Blocks that were made and are free, and their bytes. */
  size_t free_bytes;
  size_t large_count;         /* Of those in use, blocks with OS pages of their own in segments, and their bytes. */
  size_t large_bytes;
  size_t huge_count;          /* Blocks with a mapping of their own, which `live` does not count, and their bytes. */
  size_t huge_bytes;
  size_t committed_bytes;     /* Made writable in segments: what the process may touch. */
  size_t purgeable_bytes;     /* Of those, free and not given back yet. */
  size_t metadata_bytes;      /* The allocator's own, address space counted. */
  size_t guard_count;         /* Guards in force, and those that the kernel refused. */
  size_t refused_guard_count;
  size_t foreign_free_count;  /* Frees of addresses that are not ours, where they are ignored. */
};

/** Reads the statistics.
 * They are counted when asked for, by a walk over pages, not blocks; approximate while other threads run.
 * @param statistics receives them.
 * @param size sizeof *statistics: a program built for an older library gets the fields that it knows.
 * @return bytes that were set. */
size_t bw_statistics_read(struct bw_statistics *statistics, size_t size);

/** Writes the statistics as text, a line each: `name value`; then a line for each size class in use.
 * @param buffer receives the text, cut off at size - 1 bytes, and a zero. May be NULL if size is 0.
 * @param size of the buffer.
 * @return the bytes that the whole text has, without the zero: if that is not below the size, text is missing. */
size_t bw_statistics_text(char *buffer, size_t size);

/** Writes the statistics as a JSON object, in one line: the fields of struct bw_statistics, "variant", "version", and
 * "classes", an array of {"block_bytes", "pages", "live"}.
 * @param buffer as for bw_statistics_text.
 * @param size of the buffer.
 * @return as bw_statistics_text. */
size_t bw_statistics_json(char *buffer, size_t size);

/** Writes a table of blocks by their size where reports go: in use, at most at once, and ever allocated. Nothing in the
 * other libraries than debug, and without the option block_stacks. */
void bw_print_statistics(void);

/* What the kernel says of the process. Fields are added at the end alone. */
struct bw_process_info {
  uint64_t elapsed_ms;         /* Since the process started. */
  uint64_t user_ms;            /* Processor time in the program, and in the kernel for it. */
  uint64_t system_ms;
  size_t resident_bytes;       /* Memory now, and at most at once. */
  size_t peak_resident_bytes;
  size_t virtual_bytes;        /* Address space. */
  uint64_t minor_faults;       /* Faults without, and with, reading from a disk. */
  uint64_t major_faults;
};

/** Reads what the kernel says of the process: getrusage(2) and /proc/self.
 * What cannot be had, because /proc is not mounted, is 0.
 * @param info receives it.
 * @param size sizeof *info, as for bw_statistics_read.
 * @return bytes that were set. */
size_t bw_process_info_read(struct bw_process_info *info, size_t size);

/** Writes the blocks in use by the place of their allocation to a file, in place of what it holds, in the text form of gperftools'
 * heap profiles, which pprof reads. Debug alone, with the option block_stacks.
 * @param path at most 511 bytes; `%p` in it is the process's id.
 * @return false if the file cannot be made, or there is nothing to write. */
bool bw_write_profile(const char *path);

/** Writes a map of segments, pages and their blocks to a file, in place of what it holds, as JSON: `bulwark map FILE -o PAGE.html`
 * makes a page of it to look at. Debug alone, with the option block_stacks. Not from within malloc: it waits for the lock of the
 * segments.
 * @param path as for bw_write_profile.
 * @return false if the file cannot be made, or there is nothing to write. */
bool bw_write_map(const char *path);

/* ---------------------------------------------------------------------------------------------------- Options */

/** Reads an option's value, as BULWARK_OPTIONS would say it.
 * @param name such as "purge_delay"; BULWARK_OPTIONS=help=1 lists them.
 * @param buffer receives the text, cut off at size - 1 bytes, and a zero. May be NULL if size is 0.
 * @param size of the buffer.
 * @return the bytes of the whole value, without the zero; -1 if there is no such option.
 * @errno ENOENT there is no such option. */
long bw_option_get(const char *name, char *buffer, size_t size);

/** Changes an option while the process runs: purge_delay, sample_rate or fault_reports. The others are read-only
 * memory once the library is loaded, so that no stray write changes them.
 * @param name the option's.
 * @param value as BULWARK_OPTIONS would say it.
 * @return true if it was changed.
 * @errno ENOENT there is no such option. EINVAL it does not accept the value. EPERM it cannot change any more. ENOTSUP this
 * library is built without what it steers. */
bool bw_option_set(const char *name, const char *value);

/* ---------------------------------------------------------------------------------------------------- Hooks
 *
 * Functions of the program's that the allocator calls. Where they are kept is read-only memory but for the moment of a
 * registration. Each kind has one hook: a new one takes the place of the old, NULL takes it away. A hook is still called by
 * threads that were about to. At most 20 registrations of a kind, so that no caller ever finds one half written. */

/* A violation, as the error hook gets it. */
struct bw_violation {
  const char *kind;     /* As in JSON reports: "double-free", "overflow"… */
  const void *address;
  size_t size;          /* The block's, where there is one; else 0. */
  uint32_t thread;      /* The kernel's id of the thread that was caught. */
  bool ends;            /* The process ends when the hook returns. */
};
typedef void bw_error_hook(const struct bw_violation *violation, void *context);
typedef void bw_output_hook(const char *text, size_t size, void *context);
typedef void bw_deferred_free_hook(bool force, uint64_t heartbeat, void *context);

/** Has violations told to a function, after their report and before their consequence.
 * It runs in the thread that was caught, in the middle of malloc or free, its signals blocked, and must not allocate, free
 * or wait for a lock; it may write to a descriptor, set flags, or end the process by _exit.
 * @param hook or NULL.
 * @param context passed to it.
 * @return false if it could not be registered.
 * @errno ENOMEM the kernel refused. EAGAIN there were 20 already. */
bool bw_register_error(bw_error_hook *hook, void *context);

/** Has the text of reports told to a function instead of written to the descriptor that the option report_fd names.
 * Files that options name are written all the same. The same rules as for an error hook.
 * @param hook or NULL. Called for each piece of text, which does not end with a zero.
 * @param context passed to it.
 * @return false if it could not be registered.
 * @errno ENOMEM the kernel refused. EAGAIN there were 20 already. */
bool bw_register_output(bw_output_hook *hook, void *context);

/** Has a function called now and then, when an allocation takes the slow path, for the program to free what it put off: bits of
 * reference-counted structures, say. It may free, and allocate; it is not called while it runs in the thread.
 * It is called by bw_collect too, with `force` as there.
 * @param hook or NULL. `heartbeat` grows from call to call.
 * @param context passed to it.
 * @return false if it could not be registered.
 * @errno ENOMEM the kernel refused. EAGAIN there were 20 already. */
bool bw_register_deferred_free(bw_deferred_free_hook *hook, void *context);

/* ---------------------------------------------------------------------------------------------------- Housekeeping */

/** Gives back what is free.
 * Releases the calling thread's empty pages, and gives memory that has been free for the purge delay to the kernel.
 * @param force all that is free, whatever the delay. */
void bw_collect(bool force);

/** Gives all that is free back to the kernel, as bw_collect(true) does, and says how much it was.
 * @return bytes of free memory that went. */
size_t bw_purge(void);

/** Allocates a block that any thread may discard: bw_malloc by another name.
 * Lock-free up to 2 KiB unless a page runs out; then it may take a lock, as may larger ones.
 * @param size as for bw_malloc.
 * @return the block, or NULL.
 * @errno ENOMEM there is no memory. */
void *bw_acquire(size_t size) BW_NEW(1);

/** Gives a block up, from whichever thread: bw_free by another name. errno is kept.
 * In the thread that acquired it, it is free at once; from any other one a compare-and-swap leaves it waiting with its page, up to
 * 128 KiB, until that thread reclaims it, or needs such a block. Constant time, lock-free: a retry means that another thread's got
 * through. bw_query tells whether it still waits.
 * @param block a live block, or NULL. */
void bw_discard(void *block);

/** Takes back what other threads discarded, a little at a time: for the loop of a thread that owns many blocks.
 * Looks at some of the calling thread's pages, on from where the last call ended, and at all those that were full. Time in proportion
 * to `pages` and to the blocks that come back, each of which was discarded once: constant for each call and each discard.
 * (Without it malloc does the same for a class whose blocks run out.)
 * @param pages how many to look at; a page is 64 KiB or more of blocks of one size.
 * @return how many blocks came back. */
size_t bw_reclaim(size_t pages);

/** Takes back all that other threads discarded of the calling thread's blocks, and gives up the pages that are empty then.
 * @return how many blocks came back. */
size_t bw_flush(void);

/** Ends the calling thread's use of the allocator: its heap, with what is still in use, goes to the next thread. Threads of
 * pthreads and of C++ need not call it: their end is noticed. For threads made by clone(2). The thread may go on to allocate,
 * from a new heap.
 * @threads the one that ends. */
void bw_thread_done(void);

/** Looks at the blocks of the calling thread, those that ended threads left behind, and large ones: for writes behind live blocks
 * and into freed ones. Each damaged block is reported, as the option on_violation says. What other running threads allocated is
 * left out. May be called from a debugger.
 * @return how many damaged blocks there were; 0 in the release library. */
size_t bw_check_heap(void);

/** Searches for leaks now, as the debug library does at exit, and reports what is found.
 * What other threads keep in registers alone, at this instant, is taken for lost; what they allocate meanwhile is not.
 * @return how many bytes are lost, those that the option suppressions names left out. While another thread searches, 0; 0 in the
 * other libraries, and without the option block_stacks. */
size_t bw_report_leaks(void);

#ifdef __cplusplus
}
#endif

#endif
