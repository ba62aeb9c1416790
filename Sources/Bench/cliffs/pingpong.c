// pingpong: a page changes its state with every call. `full`: all pages of a class are full, a random block is freed
// and one is allocated at once, so a page leaves the full ones and another joins them each time. `empty`: of each
// class no block is live; one is allocated and freed at once, so that its page is put to use and is empty again each
// time, for random sizes up to 128 KiB. An operation is one pair.

#include <string.h>

#include "../support.h"

static const char accepted[] = "pingpong KIND OPERATIONS (KIND: full or empty)";

enum { held = 50000, size = 256, least_power = 4, most_power = 16 };

static unsigned char *blocks[held];
static uint64_t seed = first_seed, written, found;

static void replace_in_full_pages(uint64_t operations) {
    for (size_t i = 0; i < held; i++) blocks[i] = make_block(size, 1);
    written += 2 * (held + operations);
    for (uint64_t i = 0; i < operations; i++) {
        const size_t one = random_between(&seed, 0, held - 1);
        found += drop_block(blocks[one], size);
        blocks[one] = make_block(size, 1);
    }
    for (size_t i = 0; i < held; i++) found += drop_block(blocks[i], size);
}

static void use_empty_pages(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
        const size_t power = random_between(&seed, least_power, most_power);
        const size_t bytes = random_between(&seed, (size_t)1 << power, (size_t)2 << power);
        found += drop_block(make_block(bytes, 1), bytes);
    }
    written += 2 * operations;
}

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    const int full = !strcmp(argv[1], "full");
    if (!full && strcmp(argv[1], "empty")) usage(accepted);
    const uint64_t operations = number(argv[2], 1, UINT64_MAX / 2, accepted);
    if (full)
        replace_in_full_pages(operations);
    else
        use_empty_pages(operations);
    return finish(operations, written, found);
}
