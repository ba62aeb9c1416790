/* Operators new and delete by Bulwark: include this in exactly one source file of a C++ program that is linked with the
 * library but whose operators come from elsewhere: statically linked, or with a C++ runtime that binds its own. (Preloaded, or
 * linked first, the library's own operators serve.)
 *
 * C++11 and later; sized and aligned forms where the compiler has them. Sizes given to delete are checked in secure and debug. Debug
 * takes what these make for malloc's: mismatches of new, new[] and malloc are known by the library's own operators alone. */
#ifndef BULWARK_NEW_DELETE_H
#define BULWARK_NEW_DELETE_H
#ifndef __cplusplus
#error "bulwark-new-delete.h is for C++"
#endif

#include <cstddef>
#include <new>

#include "bulwark.h"

/* How many forms call each of these is the compiler's business: they are not part of the interface. */
namespace bulwark_new_delete {
inline void *allocate(std::size_t size) { return bw_malloc(size); }
inline void *allocate(std::size_t size, std::size_t alignment) { return bw_malloc_aligned(size, alignment); }

/* [new.delete.single]: the handler is called until memory appears; without one there is an exception. */
template <typename... Form> void *make(std::size_t size, Form... form) {
  for (;;) {
    if (void *block = allocate(size, form...)) return block;
    std::new_handler handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}
template <typename... Form> void *make_nothrow(std::size_t size, Form... form) noexcept {
  try {
    return make(size, form...);
  } catch (...) {
    return nullptr;
  }
}
}  // namespace bulwark_new_delete

void *operator new(std::size_t size) { return bulwark_new_delete::make(size); }
void *operator new[](std::size_t size) { return bulwark_new_delete::make(size); }
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return bulwark_new_delete::make_nothrow(size); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return bulwark_new_delete::make_nothrow(size); }
void operator delete(void *block) noexcept { bw_free(block); }
void operator delete[](void *block) noexcept { bw_free(block); }
void operator delete(void *block, const std::nothrow_t &) noexcept { bw_free(block); }
void operator delete[](void *block, const std::nothrow_t &) noexcept { bw_free(block); }

#if __cplusplus >= 201402L
void operator delete(void *block, std::size_t size) noexcept { bw_free_sized(block, size); }
void operator delete[](void *block, std::size_t size) noexcept { bw_free_sized(block, size); }
#endif

#if defined(__cpp_aligned_new)
#define BW_ALIGNMENT static_cast<std::size_t>(alignment)
void *operator new(std::size_t size, std::align_val_t alignment) { return bulwark_new_delete::make(size, BW_ALIGNMENT); }
void *operator new[](std::size_t size, std::align_val_t alignment) { return bulwark_new_delete::make(size, BW_ALIGNMENT); }
void *operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return bulwark_new_delete::make_nothrow(size, BW_ALIGNMENT);
}
void *operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return bulwark_new_delete::make_nothrow(size, BW_ALIGNMENT);
}
void operator delete(void *block, std::align_val_t) noexcept { bw_free(block); }
void operator delete[](void *block, std::align_val_t) noexcept { bw_free(block); }
void operator delete(void *block, std::align_val_t, const std::nothrow_t &) noexcept { bw_free(block); }
void operator delete[](void *block, std::align_val_t, const std::nothrow_t &) noexcept { bw_free(block); }
void operator delete(void *block, std::size_t size, std::align_val_t alignment) noexcept {
  bw_free_aligned_sized(block, BW_ALIGNMENT, size);
}
void operator delete[](void *block, std::size_t size, std::align_val_t alignment) noexcept {
  bw_free_aligned_sized(block, BW_ALIGNMENT, size);
}
#undef BW_ALIGNMENT
#endif

#endif
