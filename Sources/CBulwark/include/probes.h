// Static probes that perf, bpftrace and gdb can stop at: SystemTap's format of them, as its wiki describes it in
// "UserSpaceProbeImplementation". A probe is one instruction that does nothing, and a note beside the program, which is not
// loaded, that says where it is and where its arguments are then.
#pragma once
#include <stdint.h>

// Owner "stapsdt", type 3: the probe's address; a base, for whoever moves the program afterwards; no semaphore; provider, name,
// arguments (8 bytes each, unsigned). The base lies among the code, and is kept though nobody needs it ("x", "R"): perf takes what
// lies between its address and its place in the file for what lies between the probes' two, and a linker may differ by segment.
#define BW_PROBE(name, arguments, ...)                                                                    \
  __asm__ volatile(                                                                                       \
      "990: nop\n"                                                                                        \
      ".ifndef _.stapsdt.base\n"                                                                          \
      ".pushsection .stapsdt.base,\"axGR\",\"progbits\",.stapsdt.base,comdat\n"                             \
      ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n.size _.stapsdt.base, 1\n" \
      ".popsection\n.endif\n"                                                                             \
      ".pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n.4byte 992f-991f, 994f-993f, 3\n"             \
      "991: .asciz \"stapsdt\"\n992: .balign 4\n"                                                         \
      "993: .8byte 990b, _.stapsdt.base, 0\n"                                                             \
      ".asciz \"bulwark\"\n.asciz \"" name "\"\n.asciz \"" arguments "\"\n994: .balign 4\n.popsection"     \
      ::__VA_ARGS__)

// Operands in registers or constant: given the choice, the compiler would store them to the stack first, each time.

// A block was allocated: its address, and the size that was asked for. Not for requests of 0 bytes, nor by realloc.
static inline __attribute__((always_inline)) void bw_probe_allocation(uintptr_t block, uintptr_t bytes) {
  BW_PROBE("allocation", "8@%0 8@%1", "nr"(block), "nr"(bytes));
}
// realloc: the block before, the block after, which may be the same (0: it failed), and the size that was asked for.
static inline __attribute__((always_inline)) void bw_probe_reallocation(uintptr_t old, uintptr_t block, uintptr_t bytes) {
  BW_PROBE("reallocation", "8@%0 8@%1 8@%2", "nr"(old), "nr"(block), "nr"(bytes));
}
// The program frees this, whatever it is.
static inline __attribute__((always_inline)) void bw_probe_free(uintptr_t address) {
  BW_PROBE("free", "8@%0", "nr"(address));
}
// A violation: the address that it is about, before it is reported.
static inline __attribute__((always_inline)) void bw_probe_violation(uintptr_t address) {
  BW_PROBE("violation", "8@%0", "nr"(address));
}
// Memory goes back to the kernel.
static inline __attribute__((always_inline)) void bw_probe_purge(uintptr_t address, uintptr_t bytes) {
  BW_PROBE("purge", "8@%0 8@%1", "nr"(address), "nr"(bytes));
}
