// Thread-local storage: Swift has none in Embedded mode. The initial-exec model makes an access two moves, with
// no call into the loader; it takes 16 bytes of the static surplus when the library is opened by dlopen.
#pragma once
#include <stdint.h>

struct bw_thread {
  // The address of the calling thread's heap; 0 before its first allocation and after its end began.
  uintptr_t heap;
  // 0: running; 1: its thread-specific data are being destroyed, it gets no heap of its own any more.
  uint32_t ending;
};

extern _Thread_local struct bw_thread bw_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static inline uintptr_t bw_thread_heap(void) { return bw_thread.heap; }
static inline void bw_thread_set_heap(uintptr_t heap) { bw_thread.heap = heap; }
static inline uint32_t bw_thread_ending(void) { return bw_thread.ending; }
static inline void bw_thread_set_ending(uint32_t ending) { bw_thread.ending = ending; }
