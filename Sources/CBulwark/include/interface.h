// The prototypes of Bulwark's own interface under names of our own, as in abi.h; bulwark.h documents them, where the prefix is
// bw_. (bw_malloc and what else libc has too are the functions of abi.h.)
#pragma once
#include "../bulwark.h"

const char *_Nonnull bw_api_version(void);
const char *_Nonnull bw_api_variant(void);

void *_Nullable bw_api_zalloc(size_t byteCount);
void *_Nullable bw_api_mallocn(size_t count, size_t byteCount);
void *_Nullable bw_api_rezalloc(void *_Nullable block, size_t oldByteCount, size_t byteCount);
void *_Nullable bw_api_expand(void *_Nullable block, size_t byteCount);
void *_Nullable bw_api_malloc_aligned(size_t byteCount, size_t alignment);
void *_Nullable bw_api_zalloc_aligned(size_t byteCount, size_t alignment);
void *_Nullable bw_api_malloc_aligned_at(size_t byteCount, size_t alignment, size_t offset);
void *_Nullable bw_api_zalloc_aligned_at(size_t byteCount, size_t alignment, size_t offset);
void *_Nullable bw_api_realloc_aligned(void *_Nullable block, size_t byteCount, size_t alignment);

bool bw_api_owns(const void *_Nullable address);
size_t bw_api_good_size(size_t byteCount);
enum bw_state bw_api_query(const void *_Nullable address, struct bw_block *_Nullable block);

size_t bw_api_statistics_read(struct bw_statistics *_Nonnull statistics, size_t byteCount);
size_t bw_api_statistics_text(char *_Nullable buffer, size_t byteCount);
size_t bw_api_statistics_json(char *_Nullable buffer, size_t byteCount);
bool bw_api_write_profile(const char *_Nullable path);
bool bw_api_write_map(const char *_Nullable path);
void bw_api_print_statistics(void);

long bw_api_option_get(const char *_Nullable name, char *_Nullable buffer, size_t byteCount);
bool bw_api_option_set(const char *_Nullable name, const char *_Nullable value);

void bw_api_collect(bool force);
size_t bw_api_purge(void);
size_t bw_api_reclaim(size_t pageCount);
size_t bw_api_flush(void);
void bw_api_thread_done(void);
size_t bw_api_check_heap(void);

// Heaps are integers, which is what they are: no addresses.
uintptr_t bw_api_heap_new(void);
bool bw_api_heap_delete(uintptr_t heap);
bool bw_api_heap_destroy(uintptr_t heap);
uintptr_t bw_api_heap_default(void);
uintptr_t bw_api_heap_set_default(uintptr_t heap);
// An integer, for the reason that bw_abi_malloc's result is one.
uintptr_t bw_api_heap_malloc(uintptr_t heap, size_t byteCount);
void *_Nullable bw_api_heap_calloc(uintptr_t heap, size_t count, size_t byteCount);
void *_Nullable bw_api_heap_malloc_aligned(uintptr_t heap, size_t byteCount, size_t alignment);
void *_Nullable bw_api_heap_realloc(uintptr_t heap, void *_Nullable block, size_t byteCount);
void bw_api_heap_free(uintptr_t heap, void *_Nullable block);
bool bw_api_heap_owns(uintptr_t heap, const void *_Nullable address);
void bw_api_heap_collect(uintptr_t heap, bool force);

// What CBulwarkExports defines and calls.
bool bw_api_register_error(bw_error_hook *_Nullable hook, void *_Nullable context);
bool bw_api_register_output(bw_output_hook *_Nullable hook, void *_Nullable context);
bool bw_api_register_deferred_free(bw_deferred_free_hook *_Nullable hook, void *_Nullable context);
size_t bw_api_process_info_read(struct bw_process_info *_Nonnull info, size_t byteCount);
size_t bw_api_report_leaks(void);
__attribute__((visibility("hidden"))) bool bw_register_hook(uint32_t kind, void *_Nullable function,
                                                            void *_Nullable context);
bool bw_api_heap_visit(bw_heap *_Nullable heap, bw_block_visitor *_Nonnull visitor, void *_Nullable context);
__attribute__((visibility("hidden"))) bool bw_visit_heap(uintptr_t heap, void *_Nonnull visitor,
                                                         void *_Nullable context);
static inline bool bw_call_visitor(void *_Nonnull visitor, void *_Nonnull block, size_t byteCount,
                                   void *_Nullable context) {
  return ((bw_block_visitor *)visitor)(block, byteCount, context);
}
