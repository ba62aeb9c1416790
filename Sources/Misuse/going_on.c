// The option on_violation=report: the violation is reported, its call does nothing, and the program goes on.
#include "support.h"

// Defined with their twins in the files of their kind.
scenario_body double_free, double_free_twin, free_inside, free_inside_twin, realloc_of_freed, realloc_of_freed_twin,
    overflow_by_one, overflow_by_one_twin, write_after_free, write_after_free_twin, free_sized_larger,
    free_sized_larger_twin;

#define GOES_ON(name, violation, operation, text)                                                                \
  MISUSE_AS(name##_going_on, name, .sizes = S100 | S20000, .threads = SAME | OTHER, .number = 1,                 \
            .options = "on_violation=report", .what = text " with the option on_violation=report",               \
            .found = "as without it, and the program goes on", .secure = "goes on: " violation,                  \
            .release = "anything | doubleFree",                                                                  \
            .functions = operation)
GOES_ON(double_free, "doubleFree", "free_block", "double free");
GOES_ON(free_inside, "invalidFree", "free_block", "free of a misaligned pointer");
GOES_ON(realloc_of_freed, "reallocationOfFreed", "reallocate_block", "realloc of a freed block");
GOES_ON(overflow_by_one, "overflow", "free_block", "a byte changed right behind a block");
GOES_ON(write_after_free, "writeAfterFree", "allocate_here", "the middle byte of a freed block changed");
GOES_ON(free_sized_larger, "sizeMismatch", "free_with_size", "free_sized with a byte more than requested");
