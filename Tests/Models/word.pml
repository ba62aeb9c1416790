// A page's threadFree word, as Sources/Core/Model/ThreadFree.swift lays it out; included by the models.
//
// One integer, so that a swap of it is one comparison: head in the low bits, flags, then the generation. Loads and swaps
// are single steps. Swaps are lock-prefixed on x86, so a thread's stores before one are seen by whoever sees it: the models
// need no store buffer for what a swap follows.

#define HEAD_MASK 7
#define IN_USE 8
#define UNOWNED 16
#define WANTS 32
#define WAKING 64
#define GENERATION 128

#define HEAD(word) ((word) & HEAD_MASK)
#define HAS(word, flag) (((word) & (flag)) != 0)
#define WITHOUT(word, flag) ((word) & ~(flag))
#define WITH_HEAD(word, number) (((word) & ~HEAD_MASK) | (number))
#define LIFE(word) ((word) / GENERATION)
// ThreadFree.retired
#define RETIRED(word) ((LIFE(word) + 1) * GENERATION | ((word) & WAKING))

// One attempt to swap; spurious failure adds nothing to a loop that tries again.
inline swap(word, expected, desired, done) {
  atomic {
    if
    :: word == expected -> word = desired; done = true
    :: else -> done = false
    fi
  }
}
