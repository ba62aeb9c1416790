// What Exports calls of CBulwarkExports that has no place in a process of libFuzzer's: the harnesses say themselves when a
// thread ends or a process forks, and faults are theirs.
#include "CBulwark.h"

// In the libraries a constant, which is written once; here once an input.
static unsigned char no_pages[(128 << 10) + (1 << 20)] __attribute__((aligned(4096)));
struct bw_copies fuzz_copies __asm__("bw_copies") = {(uintptr_t)no_pages, memmove, memset};

void bw_copies_start(uintptr_t page_map) { fuzz_copies.page_map = page_map ? page_map : (uintptr_t)no_pages; }
void bw_threads_start(void) {}
void bw_signals_watch(int signal) { (void)signal; }
void bw_signals_install(void) {}
void bw_signals_resume_child(void) {}
void bw_life_watch_thread(uintptr_t heap) { (void)heap; }
void bw_write_stream(void *stream, const char *text, size_t byteCount) { (void)stream, (void)text, (void)byteCount; }
struct bw_next_allocator bw_find_next_allocator(void) { return (struct bw_next_allocator){0}; }
