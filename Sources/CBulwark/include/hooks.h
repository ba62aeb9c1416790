// The program's functions that the allocator calls: errors, output, deferred frees. At the end of the settings' OS page, which
// is read-only but while one is registered: a function pointer that an attacker could change would be worth more to him than
// what the checks stop.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os.h"
#include "storage.h"

enum bw_hook_kind { BW_HOOK_ERROR, BW_HOOK_OUTPUT, BW_HOOK_DEFERRED, BW_HOOK_KINDS };

// Each registration has an entry of its own, so that a reader never sees a half.
enum { BW_HOOK_ENTRIES = 21 };
struct bw_hook {
  void *_Nullable function;
  void *_Nullable context;
};
// Valid (no hooks) when zero.
struct bw_hooks {
  struct bw_hook entries[BW_HOOK_KINDS][BW_HOOK_ENTRIES];
  // The entry in force, of each kind; entry 0 is none.
  uint32_t current[BW_HOOK_KINDS + 1];
};
enum { BW_HOOKS_BYTES = sizeof(struct bw_hooks) };
static inline struct bw_hooks *_Nonnull bw_hooks(void) {
  return (struct bw_hooks *)(bw_allocator_storage.settings + BW_SETTINGS_BYTES - BW_HOOKS_BYTES);
}

static inline struct bw_hook bw_hook(enum bw_hook_kind kind) {
  return bw_hooks()->entries[kind][__atomic_load_n(&bw_hooks()->current[kind], __ATOMIC_ACQUIRE)];
}
static inline bool bw_has_hook(enum bw_hook_kind kind) {
  return __atomic_load_n(&bw_hooks()->current[kind], __ATOMIC_RELAXED) != 0;
}
// Returns 0, or -errno. `isSealed`: the page is read-only, and is to be so afterwards.
int bw_set_hook(enum bw_hook_kind kind, void *_Nullable function, void *_Nullable context, bool isSealed)
    __attribute__((visibility("hidden")));

// A descriptor that stands for the output hook.
enum { BW_OUTPUT_HOOK = -2 };
// Writes to a descriptor, or to the output hook. Keeps errno.
static inline void bw_output(int descriptor, const void *_Nonnull bytes, size_t count) {
  if (descriptor != BW_OUTPUT_HOOK) {
    bw_os_write(descriptor, bytes, count);
    return;
  }
  struct bw_hook hook = bw_hook(BW_HOOK_OUTPUT);
  int saved = errno;
  if (hook.function) ((void (*)(const char *, size_t, void *))hook.function)((const char *)bytes, count, hook.context);
  errno = saved;
}

struct bw_violation;
static inline void bw_call_error_hook(const struct bw_violation *_Nonnull violation) {
  struct bw_hook hook = bw_hook(BW_HOOK_ERROR);
  if (hook.function) ((void (*)(const struct bw_violation *, void *))hook.function)(violation, hook.context);
}
static inline void bw_call_deferred_free_hook(bool force, uint64_t heartbeat) {
  struct bw_hook hook = bw_hook(BW_HOOK_DEFERRED);
  if (hook.function) ((void (*)(bool, uint64_t, void *))hook.function)(force, heartbeat, hook.context);
}
