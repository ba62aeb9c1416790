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
void bw_api_print_statistics(void);

long bw_api_option_get(const char *_Nullable name, char *_Nullable buffer, size_t byteCount);
bool bw_api_option_set(const char *_Nullable name, const char *_Nullable value);

void bw_api_collect(bool force);
size_t bw_api_purge(void);
void bw_api_thread_done(void);
size_t bw_api_check_heap(void);

// What CBulwarkExports defines and calls.
bool bw_api_register_error(bw_error_hook *_Nullable hook, void *_Nullable context);
bool bw_api_register_output(bw_output_hook *_Nullable hook, void *_Nullable context);
bool bw_api_register_deferred_free(bw_deferred_free_hook *_Nullable hook, void *_Nullable context);
size_t bw_api_process_info_read(struct bw_process_info *_Nonnull info, size_t byteCount);
size_t bw_api_report_leaks(void);
__attribute__((visibility("hidden"))) bool bw_register_hook(uint32_t kind, void *_Nullable function,
                                                            void *_Nullable context);
