// The definitions behind tls.h, storage.h, ranges.h and faults.h.
#include "CBulwark.h"

static unsigned char empty_page[128] __attribute__((aligned(64)));
static const uintptr_t empty_heap[BW_DIRECT_COUNT] = {[0 ... BW_DIRECT_COUNT - 1] = (uintptr_t)empty_page};

_Thread_local struct bw_thread bw_thread = {.heap = (uintptr_t)empty_heap};

uintptr_t bw_empty_heap(void) { return (uintptr_t)empty_heap; }
// A page map's zeros and root (PageMap.byteCount): address space only, no memory unless somebody frees before
// anybody allocates.
static unsigned char empty_page_map[(128 << 10) + (1 << 20)] __attribute__((aligned(4096)));

struct bw_allocator bw_allocator_storage = {.page_map = (uintptr_t)empty_page_map};

uintptr_t bw_fork_mark_address;
_Bool bw_notes_families;
_Bool bw_memcheck_runs;
uint32_t bw_wanted_summaries;
struct bw_ranges bw_metadata_ranges;
struct bw_fault_plan bw_fault_plan;
