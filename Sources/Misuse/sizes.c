// The block sizes of the scenarios: each range of the allocator, and each kind of slack behind a block's canary.
#include "misuse.h"

const struct size all_sizes[] = {
    {"0", 0, 0},
    {"24", 24, 0},              // block and canary fill their class to the last byte
    {"100", 100, 0},            // a few bytes of slack
    {"1016", 1016, 0},          // full
    {"5000", 5000, 0},          // more slack than is filled
    {"20000", 20000, 0},        // medium
    {"131064", 131064, 0},      // the largest medium block, full
    {"200000", 200000, 0},      // large
    {"3145728", 3 << 20, 0},    // large, whole OS pages: the canary needs one more
    {"41943040", 40 << 20, 0},  // huge
    {"200@64", 200, 64},
    {"6000@4096", 6000, 4096},
    {"300000@65536", 300000, 65536},
    {"0@64", 0, 64},
    {"4096", 4096, 0},  // for samples: one whole OS page
    {"64", 64, 0},      // C++ objects from here on
    {"104", 104, 0},
    {"192@64", 192, 64},
    {"-", 0, 0},
};

const char *const thread_names[] = {"same", "other", "ended", "forked", "both"};
