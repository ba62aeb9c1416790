// What every strategy shares. A strategy is a function that plays one round in a process of its own, with the allocator
// under attack preloaded, and ends it by one of the outcomes below. It plays both parts: the victim, a program with one
// bug, and the attacker, who steers it. The attacker uses no more than what the strategy's page (Core.docc/Attacks.md) says.
// Used by the programs in this folder only; one thread, but where a strategy starts another.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How a round ends: the exit statuses of the program `attack`. Any signal, and any other status, means stopped.
enum outcome {
    SUCCESS = 10,         // the attacker's goal was reached
    FAILED = 11,          // it was not, and nobody noticed
    BROKEN = 12,          // the laboratory itself could not go on
};

/// What the attacker writes to a victim's field.
#define MARK 0x5741575741575741u
/// What stands there before; its first byte is no NUL.
#define CLEAN 0x0C1EA90C1EA90C1Eu

/// Ends the round. Calls nothing of the allocator's.
_Noreturn void end_round(enum outcome outcome);
_Noreturn static inline void end_if_reached(bool is_reached) { end_round(is_reached ? SUCCESS : FAILED); }

/// A number that nobody can foresee, from 0 to `below` - 1; the kernel's randomness.
uint64_t dice(uint64_t below);

/// Memory or the round ends as broken.
void *take(size_t bytes);
/// `count` blocks of `bytes`, each filled with `word`.
void spray(void **blocks, size_t count, size_t bytes, uint64_t word);
void fill(void *block, size_t bytes, uint64_t word);
void release(void **blocks, size_t count);

/// The first word of a block, through whatever pointer; a volatile access, so that it really happens.
static inline uint64_t read_word(const void *at) { return *(const volatile uint64_t *)at; }
static inline void write_word(void *at, uint64_t word) { *(volatile uint64_t *)at = word; }

/// A program that ran for a while: allocates blocks of all sizes, frees some of them in no order.
void settle_in(void);

/// One of the sizes that strategies are played with, at random: requests that fill a block of glibc's, of the usual size
/// classes, and odd ones.
size_t some_size(size_t least, size_t most);

/// True if any of `count` ranges of `bytes` at `blocks` has a byte in common with `other_bytes` at `other`; a range that
/// begins at `except` is left out.
bool overlaps(void *const *blocks, size_t count, size_t bytes, const void *other, size_t other_bytes, const void *except);
/// True if two of the ranges overlap. Sorts the blocks.
bool overlap_each_other(void **blocks, size_t count, size_t bytes);

/// Two of `count` blocks that are nearest to each other in memory, the lower one first, and how far they are apart.
struct pair {
    char *low, *high;
    size_t distance;
};
struct pair nearest(void *const *blocks, size_t count);

/// Frees the blocks in a thread of its own, and waits for its end.
void release_elsewhere(void **blocks, size_t count);

/// Static memory at an address that the attacker knows, as in a program that is not position-independent.
extern _Alignas(4096) uint64_t static_target[512];
static inline bool hits_target(const void *block, size_t bytes) {
    const uintptr_t at = (uintptr_t)block, target = (uintptr_t)static_target;
    return at < target + sizeof static_target && target < at + bytes;
}

/// A strategy, by the name that the runner's table (BenchRunner/Attacks/Strategies.swift) has for it.
struct strategy {
    const char *name;
    void (*play)(void);
};
extern const struct strategy freelist_strategies[], double_free_strategies[], forged_strategies[], reuse_strategies[],
    overflow_strategies[], canary_strategies[], equation_strategies[], unlink_strategies[], fork_strategies[],
    disclosure_strategies[];
