// Bulwark for C++'s containers: an allocator, heaps as objects, allocators bound to one, and memory resources. C++17 and later.
// Beside bulwark.h, whose comments say what the functions behind these do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <new>
#include <type_traits>
#include <utility>

#include "bulwark.h"

namespace bulwark {

// The bytes of `count` objects; throws as allocators must if there is no such number.
template <typename T> std::size_t byte_count(std::size_t count) {
  if (count > static_cast<std::size_t>(PTRDIFF_MAX) / sizeof(T)) throw std::bad_array_new_length();
  return count * sizeof(T);
}

// An allocator of Bulwark's blocks, for programs whose operator new is another's. Stateless: all are equal. Memory is freed by
// its size, which secure and debug check.
template <typename T> class allocator {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using propagate_on_container_move_assignment = std::true_type;
  using is_always_equal = std::true_type;

  allocator() noexcept = default;
  template <typename U> allocator(const allocator<U> &) noexcept {}

  [[nodiscard]] T *allocate(std::size_t count) {
    const std::size_t size = byte_count<T>(count);
    void *block = alignof(T) > 16 ? bw_malloc_aligned(size, alignof(T)) : bw_malloc(size);
    if (!block) throw std::bad_alloc();
    return static_cast<T *>(block);
  }
  void deallocate(T *block, std::size_t count) noexcept {
    if constexpr (alignof(T) > 16) bw_free_aligned_sized(block, alignof(T), count * sizeof(T));
    else bw_free_sized(block, count * sizeof(T));
  }
  template <typename U> friend bool operator==(const allocator &, const allocator<U> &) noexcept { return true; }
  template <typename U> friend bool operator!=(const allocator &, const allocator<U> &) noexcept { return false; }
};

// A heap as an object: made with it, and ended with it, with all its blocks unless it is told to keep them. Moved, not copied.
// One thread at a time allocates from it; any thread frees its blocks.
class heap {
 public:
  // What becomes of blocks that are live when the heap ends.
  enum class end { destroy, keep };

  explicit heap(end at_end = end::destroy) : handle_(bw_heap_new()), end_(at_end) {
    if (!handle_) throw std::bad_alloc();
  }
  ~heap() { finish(); }
  heap(heap &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)), end_(other.end_) {}
  heap &operator=(heap &&other) noexcept {
    if (this != &other) {
      finish();
      handle_ = std::exchange(other.handle_, nullptr);
      end_ = other.end_;
    }
    return *this;
  }
  heap(const heap &) = delete;
  heap &operator=(const heap &) = delete;

  // The handle, for bulwark.h's functions.
  bw_heap *get() const noexcept { return handle_; }
  bool owns(const void *address) const noexcept { return bw_heap_owns(handle_, address); }

  // nullptr if there is no memory.
  [[nodiscard]] void *allocate(std::size_t size, std::size_t alignment = 16) noexcept {
    return alignment > 16 ? bw_heap_malloc_aligned(handle_, size, alignment) : bw_heap_malloc(handle_, size);
  }
  void deallocate(void *block) noexcept { bw_heap_free(handle_, block); }

 private:
  void finish() noexcept {
    if (!handle_) return;
    if (end_ == end::keep) bw_heap_delete(handle_);
    else bw_heap_destroy(handle_);
    handle_ = nullptr;
  }

  bw_heap *handle_;
  end end_;
};

// An allocator that takes from one heap, which must outlive it; with heap::end::destroy it need not deallocate anything.
// Containers carry it with them when they are moved and swapped. Equal are those of one heap. It may deallocate in another thread
// than the heap's: then construct it with bound = false, and it uses free.
template <typename T> class heap_allocator {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  using is_always_equal = std::false_type;

  heap_allocator(const heap &from, bool bound = true) noexcept : heap_(from.get()), bound_(bound) {}
  explicit heap_allocator(bw_heap *from, bool bound = true) noexcept : heap_(from), bound_(bound) {}
  template <typename U> heap_allocator(const heap_allocator<U> &other) noexcept
      : heap_(other.get()), bound_(other.is_bound()) {}

  [[nodiscard]] T *allocate(std::size_t count) {
    const std::size_t size = byte_count<T>(count);
    void *block = alignof(T) > 16 ? bw_heap_malloc_aligned(heap_, size, alignof(T)) : bw_heap_malloc(heap_, size);
    if (!block) throw std::bad_alloc();
    return static_cast<T *>(block);
  }
  void deallocate(T *block, std::size_t) noexcept {
    if (bound_) bw_heap_free(heap_, block);
    else bw_free(block);
  }
  bw_heap *get() const noexcept { return heap_; }
  bool is_bound() const noexcept { return bound_; }
  template <typename U> friend bool operator==(const heap_allocator &one, const heap_allocator<U> &other) noexcept {
    return one.get() == other.get();
  }
  template <typename U> friend bool operator!=(const heap_allocator &one, const heap_allocator<U> &other) noexcept {
    return one.get() != other.get();
  }

 private:
  bw_heap *heap_;
  bool bound_;
};

// A memory resource of Bulwark's blocks, any thread's: pass &resource() to std::pmr's containers.
class memory_resource final : public std::pmr::memory_resource {
  void *do_allocate(std::size_t size, std::size_t alignment) override {
    void *block = alignment > 16 ? bw_malloc_aligned(size, alignment) : bw_malloc(size);
    if (!block) throw std::bad_alloc();
    return block;
  }
  void do_deallocate(void *block, std::size_t size, std::size_t alignment) override {
    if (alignment > 16) bw_free_aligned_sized(block, alignment, size);
    else bw_free_sized(block, size);
  }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override {
    return dynamic_cast<const memory_resource *>(&other) != nullptr;
  }
};

// The process's.
inline memory_resource &resource() noexcept {
  static memory_resource one;
  return one;
}

// A memory resource that is a heap: one thread at a time uses it, and all that is left goes when it does.
class heap_resource final : public std::pmr::memory_resource {
 public:
  explicit heap_resource(heap::end at_end = heap::end::destroy) : heap_(at_end) {}
  heap &get() noexcept { return heap_; }

 private:
  void *do_allocate(std::size_t size, std::size_t alignment) override {
    void *block = heap_.allocate(size, alignment);
    if (!block) throw std::bad_alloc();
    return block;
  }
  void do_deallocate(void *block, std::size_t, std::size_t) override { heap_.deallocate(block); }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }

  heap heap_;
};

}  // namespace bulwark
