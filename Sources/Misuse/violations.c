// The violations as a program's user sees them: the first line after "bulwark: ", and the signal that ends all.
// Written from the documentation, not from the sources: a test compares the two.
#include <signal.h>

#include "violations.h"

const struct violation all_violations[] = {
    {"doubleFree", "double free of ", SIGABRT},
    {"invalidFree", "invalid free of ", SIGABRT},
    {"reallocationOfFreed", "realloc of freed ", SIGABRT},
    {"invalidReallocation", "invalid realloc of ", SIGABRT},
    {"invalidUsableSize", "invalid malloc_usable_size of ", SIGABRT},
    {"invalidHeap", "use of invalid heap ", SIGABRT},
    {"writeAfterFree", "write into freed memory at ", SIGABRT},
    {"overflow", "buffer overflow of ", SIGABRT},
    {"underflow", "buffer underflow of ", SIGABRT},
    {"sizeMismatch", "size mismatch in sized deallocation of ", SIGABRT},
    {"mismatchedDeallocation", "mismatched deallocation of ", SIGABRT},
    {"alignmentMismatch", "alignment mismatch in deallocation of ", SIGABRT},
    {"reallocationOfAligned", "realloc of aligned ", SIGABRT},
    {"copyOverflow", "copy beyond the end of ", SIGABRT},
    {"guardedOverflow", "access beyond the end of ", SIGABRT},
    {"guardedUnderflow", "access before the start of ", SIGABRT},
    {"guardedUseAfterFree", "access to freed ", SIGABRT},
    {"zeroSizeAccess", "access to zero-size ", SIGABRT},
    {0, 0, 0},
};
