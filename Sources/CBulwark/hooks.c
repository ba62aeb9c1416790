// How a hook is registered. See hooks.h.
#include "CBulwark.h"

_Static_assert(BW_HOOKS_BYTES % 8 == 0, "entries are aligned");

int bw_set_hook(enum bw_hook_kind kind, void *function, void *context, bool isSealed) {
  static int lock;
  while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) bw_os_yield();
  const uintptr_t page = (uintptr_t)bw_allocator_storage.settings;
  int result = isSealed ? bw_os_protect(page, BW_SETTINGS_BYTES, true) : 0;
  uint32_t next = 0;
  if (!result && function) {
    struct bw_hook *entries = bw_hooks()->entries[kind];
    // Entries are not used again: somebody may be about to call what an old one says.
    for (next = 1; next < BW_HOOK_ENTRIES && entries[next].function; next++) {}
    if (next == BW_HOOK_ENTRIES) {
      result = -EAGAIN;
    } else {
      entries[next].context = context;
      entries[next].function = function;
    }
  }
  if (!result) __atomic_store_n(&bw_hooks()->current[kind], next, __ATOMIC_RELEASE);
  if (isSealed) bw_os_make_read_only(page, BW_SETTINGS_BYTES);
  __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
  return result;
}
