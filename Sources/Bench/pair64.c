// pair64: N times malloc(64), a write at both ends, free or free_sized. Made to have its instructions counted: two runs with
// different N cancel the start of the process, and `empty` (the same loop over one static block) cancels the loop.

#include <string.h>

#include "support.h"

static const char accepted[] = "pair64 pair|sized|empty OPERATIONS";

enum { size = 64 };

/// C23's; not in every libc, but in every variant of Bulwark.
void free_sized(void *block, size_t bytes) __attribute__((weak));

static unsigned char fixed[size];

/// Writes to a block whose origin the compiler cannot see, so that both loops have the same body.
static inline uint64_t touch(unsigned char *block, unsigned char mark) {
    __asm__ volatile("" : "+r"(block) : : "memory");
    block[0] = mark;
    block[size - 1] = mark;
    __asm__ volatile("" : : : "memory");
    return (uint64_t)block[0] + block[size - 1];
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    const int pair = !strcmp(argv[1], "pair"), sized = !strcmp(argv[1], "sized");
    if (!pair && !sized && strcmp(argv[1], "empty")) usage(accepted);
    if (sized && !free_sized) usage(accepted);
    const uint64_t operations = number(argv[2], 1, UINT64_MAX / 2, accepted);

    uint64_t written = 0, found = 0;
    if (pair) {
        for (uint64_t i = 0; i < operations; i++) {
            unsigned char *block = (unsigned char *)malloc(size);
            found += touch(block, (unsigned char)i);
            written += 2u * (unsigned char)i;
            free(block);
        }
    } else if (sized) {
        for (uint64_t i = 0; i < operations; i++) {
            unsigned char *block = (unsigned char *)malloc(size);
            found += touch(block, (unsigned char)i);
            written += 2u * (unsigned char)i;
            free_sized(block, size);
        }
    } else {
        for (uint64_t i = 0; i < operations; i++) {
            found += touch(fixed, (unsigned char)i);
            written += 2u * (unsigned char)i;
        }
    }
    return finish(operations, written, found);
}
