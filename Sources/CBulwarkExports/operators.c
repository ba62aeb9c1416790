// C++'s operators new and delete, in C: a C++ exception that crosses a Swift frame ends the process, so no Swift
// frame may be above the call of the new-handler or the throw. libstdc++ is neither linked nor required; what is
// needed of it is looked up when memory has run out, because it may arrive late, by a dlopen.
#include <dlfcn.h>

#include "CBulwark.h"

#define EXPORT __attribute__((visibility("default")))

typedef void (*handler)(void);

// A symbol as the C++ runtime itself defines it, whoever stands before it in the global scope.
static void *runtime_own_symbol(const char *name) {
  static const char *const libraries[] = {"libstdc++.so.6", "libc++abi.so.1", "libc++.so.1"};
  void *found = NULL;
  for (size_t i = 0; !found && i < sizeof libraries / sizeof *libraries; i++) {
    void *library = dlopen(libraries[i], RTLD_NOW | RTLD_NOLOAD);
    if (!library) continue;
    found = dlsym(library, name);
    dlclose(library);
  }
  return found;
}

static void *runtime_symbol(const char *name) {
  void *found = dlsym(RTLD_DEFAULT, name);
  return found ? found : runtime_own_symbol(name);
}

// The installed new-handler, or NULL.
static handler new_handler(void) {
  handler (*get)(void) = (handler(*)(void))runtime_symbol("_ZSt15get_new_handlerv");
  return get ? get() : NULL;
}

// Throws std::bad_alloc. A program without a C++ runtime cannot catch it: then the process ends.
__attribute__((noreturn)) static void throw_bad_alloc(void) {
  void (*throw_it)(void) = (void (*)(void))runtime_symbol("_ZSt17__throw_bad_allocv");
  if (throw_it) throw_it();
  static const char message[] = "bulwark: operator new: out of memory, and no C++ runtime to throw bad_alloc\n";
  bw_os_write(2, message, sizeof message - 1);
  bw_os_abort();
}

static inline void *allocate(size_t bytes, size_t alignment) {
  return alignment ? bw_abi_aligned_alloc(alignment, bytes) : (void *)bw_abi_malloc(bytes);
}

// The loop of [new.delete.single]: call the handler until memory appears or there is none.
__attribute__((noinline)) static void *retry(size_t bytes, size_t alignment) {
  for (;;) {
    handler current = new_handler();
    if (!current) throw_bad_alloc();
    current();
    void *block = allocate(bytes, alignment);
    if (block) return block;
  }
}

// A nothrow form whose memory has run out. The handler may throw, and C cannot catch: the C++ runtime's own nothrow
// operator can, and it calls the throwing one, which is ours. Without a runtime there is no handler either.
__attribute__((noinline)) static void *retry_nothrow(size_t bytes, size_t alignment, bool array) {
  if (!new_handler()) return NULL;
  static const char *const names[2][2] = {
      {"_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t"},
      {"_ZnwmSt11align_val_tRKSt9nothrow_t", "_ZnamSt11align_val_tRKSt9nothrow_t"}};
  void *symbol = runtime_own_symbol(names[alignment != 0][array]);
  static const char nothrow = 0;  // std::nothrow is an empty object, passed by address and never read
  if (!symbol) return NULL;
  if (alignment) return ((void *(*)(size_t, size_t, const char *))symbol)(bytes, alignment, &nothrow);
  return ((void *(*)(size_t, const char *))symbol)(bytes, &nothrow);
}

// Tells which operator it was, where somebody wants to know.
static inline void *made(void *block, size_t alignment, bool array) {
  if (__builtin_expect(bw_notes_families, 0) && block)
    bw_note_family(block, array ? BW_FAMILY_NEW_ARRAY : BW_FAMILY_NEW, alignment);
  return block;
}

static inline void *new_throwing(size_t bytes, size_t alignment, bool array) {
  void *block = allocate(bytes, alignment);
  return made(__builtin_expect(block != NULL, 1) ? block : retry(bytes, alignment), alignment, array);
}

static inline void *new_nothrow(size_t bytes, size_t alignment, bool array) {
  void *block = allocate(bytes, alignment);
  return made(__builtin_expect(block != NULL, 1) ? block : retry_nothrow(bytes, alignment, array), alignment, array);
}

#define SITE ((uintptr_t)__builtin_return_address(0))

static inline void delete(void *block, size_t alignment, bool array, uintptr_t site) {
  if (__builtin_expect(bw_notes_families, 0) && block)
    bw_check_family(block, array ? BW_DELETE_ARRAY : BW_DELETE, alignment, site);
  bw_abi_free(block);
}

static inline void delete_sized(void *block, size_t bytes, size_t alignment, bool array, uintptr_t site) {
  if (__builtin_expect(bw_notes_families, 0) && block) {
    bw_probe_free((uintptr_t)block);
    bw_check_family(block, array ? BW_DELETE_ARRAY : BW_DELETE, alignment, site);
    bw_free_checked(block, bytes, site);
  } else {
    bw_abi_free_sized(block, bytes);  // a jump
  }
}

// Mangled: _Znw new, _Zna new[], _Zdl delete, _Zda delete[]; m size_t, Pv void*, St11align_val_t, RKSt9nothrow_t.
EXPORT void *_Znwm(size_t n) { return new_throwing(n, 0, false); }
EXPORT void *_Znam(size_t n) { return new_throwing(n, 0, true); }
EXPORT void *_ZnwmRKSt9nothrow_t(size_t n, const void *t) { return (void)t, new_nothrow(n, 0, false); }
EXPORT void *_ZnamRKSt9nothrow_t(size_t n, const void *t) { return (void)t, new_nothrow(n, 0, true); }
EXPORT void *_ZnwmSt11align_val_t(size_t n, size_t a) { return new_throwing(n, a, false); }
EXPORT void *_ZnamSt11align_val_t(size_t n, size_t a) { return new_throwing(n, a, true); }
EXPORT void *_ZnwmSt11align_val_tRKSt9nothrow_t(size_t n, size_t a, const void *t) {
  return (void)t, new_nothrow(n, a, false);
}
EXPORT void *_ZnamSt11align_val_tRKSt9nothrow_t(size_t n, size_t a, const void *t) {
  return (void)t, new_nothrow(n, a, true);
}

EXPORT void _ZdlPv(void *p) { delete(p, 0, false, SITE); }
EXPORT void _ZdaPv(void *p) { delete(p, 0, true, SITE); }
EXPORT void _ZdlPvRKSt9nothrow_t(void *p, const void *t) { (void)t, delete(p, 0, false, SITE); }
EXPORT void _ZdaPvRKSt9nothrow_t(void *p, const void *t) { (void)t, delete(p, 0, true, SITE); }
EXPORT void _ZdlPvm(void *p, size_t n) { delete_sized(p, n, 0, false, SITE); }
EXPORT void _ZdaPvm(void *p, size_t n) { delete_sized(p, n, 0, true, SITE); }
EXPORT void _ZdlPvSt11align_val_t(void *p, size_t a) { delete(p, a, false, SITE); }
EXPORT void _ZdaPvSt11align_val_t(void *p, size_t a) { delete(p, a, true, SITE); }
EXPORT void _ZdlPvSt11align_val_tRKSt9nothrow_t(void *p, size_t a, const void *t) {
  (void)t, delete(p, a, false, SITE);
}
EXPORT void _ZdaPvSt11align_val_tRKSt9nothrow_t(void *p, size_t a, const void *t) {
  (void)t, delete(p, a, true, SITE);
}
EXPORT void _ZdlPvmSt11align_val_t(void *p, size_t n, size_t a) { delete_sized(p, n, a, false, SITE); }
EXPORT void _ZdaPvmSt11align_val_t(void *p, size_t n, size_t a) { delete_sized(p, n, a, true, SITE); }
