// What scenarios are made of: blocks, threads, and telling the runner what the report must be about.
//
// Nothing here allocates, so that between a free and the misuse no block is handed out but those of the scenario.
#pragma once
#include "misuse.h"

#ifdef __cplusplus
extern "C" {
#endif

// Hides where a value comes from, so that the compiler can neither remove the misuse nor warn of it.
#define OPAQUE(value)                                    \
  ({                                                     \
    __typeof__(value) hidden = (value);                  \
    __asm__ volatile("" : "+r"(hidden) : : "memory");    \
    hidden;                                              \
  })

// In seconds; a process that takes longer hangs, and ends by SIGALRM. The slowest scenarios take well under one.
enum { time_limit = 60 };

// Ends the process with a message and status 9: the scenario could not be set up, or a misuse was missed.
__attribute__((noreturn)) void give_up(const char *why);

// A block of the scenario's size. With ENDED it comes from a thread that has ended, and left another such block behind;
// with FORKED only a child of the process returns, and the process ends as the child does.
char *allocate(const struct scenario *);
// A further block of the same size and alignment, from this thread.
char *allocate_here(const struct scenario *);

// A step of a scenario; what the number means is up to the step. All are noinline and exported: backtraces name them.
typedef void operation(char *block, size_t number);
// Does a step: with OTHER in the other thread, which is waited for.
void by(const struct scenario *, operation *, char *block, size_t number);
// Does a step in two threads at the same instant, and waits for both.
void by_two_at_once(operation *, char *block, size_t number);
// Starts the other thread. The driver does so before the scenario: a thread's start allocates.
void start_other_thread(void);

operation allocate_block;  // malloc(number), freed at once
operation free_block;
operation free_with_size;     // free_sized(block, number)
operation reallocate_block;   // to number bytes; the result is leaked
operation ask_usable_size;
operation flip_byte;  // changes block[number]
operation clear_byte; // sets block[number] to 0
operation read_byte;  // reads block[number]
operation put_nul;    // block[number] = 0
operation put_letter;  // block[number] = 'A'
operation fill_bytes;  // block[0 ..< number] = 0xff, by a loop

// Each says what the report may be about; several calls give alternatives.
void about_exactly(const char *block, size_t bytes);               // with that size
void about_block(const char *block, const struct scenario *);      // with its requested size or its room
void about_bytes(const char *block, size_t bytes);                 // the same for a block that malloc(bytes) returned
void about_inside(const char *address, const struct scenario *);   // among blocks of that size or room
void about_foreign(const void *address);
// The thread that does what follows, which the report must name; `about_any_thread`: it may name any that was told.
void about_this_thread(void);
void about_any_thread(void);

// Allocates and frees blocks of the scenario's size until one of them is `block`, which ends the process: its reuse
// should have been refused. Holds on to more and more blocks, so all that are free come out; bounded.
void reuse(const char *block, const struct scenario *);

// Many live blocks of the scenario's size, in order of address.
struct crowd {
  char **blocks;
  size_t count;
  size_t stride;  // the distance of two that are neighbours
};
struct crowd make_crowd(const struct scenario *, size_t count);
void free_crowd(struct crowd, const char *except);
// A block of the crowd such that the byte `distance` behind its start is within the requested bytes of another, which is
// stored in `other`.
char *at_distance(struct crowd, const struct scenario *, ptrdiff_t distance, char **other);
// The same with the block right behind as `other`.
char *with_neighbour(struct crowd, char **other);
// How many blocks make a crowd in which neighbours are certain.
size_t crowd_size(const struct scenario *);

#ifdef __cplusplus
}
#endif
