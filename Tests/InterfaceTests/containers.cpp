// The C++ side: allocators, heaps as objects and memory resources under the standard containers.
#include "bulwark.hpp"
#include "expect.h"
#include <atomic>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

struct alignas(64) Line {
  char bytes[64];
};

static size_t live_count() {
  struct bw_statistics statistics;
  bw_statistics_read(&statistics, sizeof statistics);
  return statistics.live_count + statistics.huge_count;
}

static void plain() {
  const size_t before = live_count();
  {
    std::vector<int, bulwark::allocator<int>> numbers;
    for (int i = 0; i < 200000; i++) numbers.push_back(i);
    EXPECT(numbers[199999] == 199999 && bw_owns(numbers.data()));
    std::map<int, std::string, std::less<int>, bulwark::allocator<std::pair<const int, std::string>>> map;
    for (int i = 0; i < 1000; i++) map[i] = std::to_string(i);
    EXPECT(map[77] == "77" && bw_owns(&*map.begin()));
    std::vector<Line, bulwark::allocator<Line>> lines(100);
    EXPECT(reinterpret_cast<uintptr_t>(lines.data()) % 64 == 0);
    auto copy = numbers;
    auto moved = std::move(copy);
    EXPECT(moved == numbers);
    EXPECT(bulwark::allocator<int>() == bulwark::allocator<long>());
    bool thrown = false;
    try {
      (void)bulwark::allocator<Line>().allocate(OPAQUE(SIZE_MAX / 8));
    } catch (const std::bad_alloc &) {
      thrown = true;
    }
    EXPECT(thrown);
  }
  EXPECT_AT_MOST(live_count(), before + 20);
}

static void bound() {
  const size_t before = live_count();
  {
    bulwark::heap heap;
    using Numbers = std::vector<int, bulwark::heap_allocator<int>>;
    Numbers numbers{bulwark::heap_allocator<int>(heap)};
    for (int i = 0; i < 100000; i++) numbers.push_back(i);
    EXPECT(heap.owns(numbers.data()) && numbers[99999] == 99999);
    std::list<Line, bulwark::heap_allocator<Line>> lines{bulwark::heap_allocator<Line>(heap)};
    for (int i = 0; i < 100; i++) lines.emplace_back();
    EXPECT(heap.owns(&lines.front()) && reinterpret_cast<uintptr_t>(&lines.back()) % 64 == 0);
    bulwark::heap other;
    Numbers elsewhere{bulwark::heap_allocator<int>(other)};
    elsewhere = numbers;  // copies into its own heap
    EXPECT(other.owns(elsewhere.data()) && elsewhere == numbers);
    EXPECT(elsewhere.get_allocator() != numbers.get_allocator());
    std::swap(elsewhere, numbers);
    EXPECT(other.owns(numbers.data()));
    Numbers taken = std::move(numbers);
    EXPECT(other.owns(taken.data()) && taken.size() == 100000);
    // Freed by another thread.
    std::vector<int, bulwark::heap_allocator<int>> wandering(1000, 5, bulwark::heap_allocator<int>(heap, false));
    std::thread([moved = std::move(wandering)]() mutable { moved = {{}, moved.get_allocator()}; }).join();
    taken = Numbers{bulwark::heap_allocator<int>(heap)};  // a heap outlives those who use it
    void *block = other.allocate(10);
    bulwark::heap third = std::move(other);
    EXPECT(!other.get() && third.owns(block));
    // Left to the heap's end.
    for (int i = 0; i < 5000; i++) (void)!third.allocate(100);
  }
  EXPECT_AT_MOST(live_count(), before + 20);
  void *kept;
  {
    bulwark::heap heap(bulwark::heap::end::keep);
    kept = heap.allocate(1000, 256);
  }
  EXPECT(reinterpret_cast<uintptr_t>(kept) % 256 == 0);
  memset(kept, 1, 1000);
  bw_free(kept);
}

static void resources() {
  const size_t before = live_count();
  {
    std::pmr::vector<std::pmr::string> words(&bulwark::resource());
    for (int i = 0; i < 10000; i++) words.emplace_back("a word that is too long to be kept inside the string");
    EXPECT(bw_owns(words.data()) && bw_owns(words[5000].data()));
    EXPECT(bulwark::resource() == bulwark::resource());
    bulwark::heap_resource arena, other;
    EXPECT(!(arena == other) && !(arena == bulwark::resource()));
    std::pmr::unordered_map<int, std::pmr::string> map(&arena);
    for (int i = 0; i < 1000; i++) map.emplace(i, "another word that is too long to be kept inside the string");
    EXPECT(arena.get().owns(map[77].data()));
    void *aligned = arena.allocate(100, 4096);
    EXPECT(reinterpret_cast<uintptr_t>(aligned) % 4096 == 0);
    aligned = bulwark::resource().allocate(100, 512);
    EXPECT(reinterpret_cast<uintptr_t>(aligned) % 512 == 0);
    bulwark::resource().deallocate(aligned, 100, 512);
    // A pool on top of it.
    std::pmr::unsynchronized_pool_resource pool(&arena);
    std::pmr::vector<int> numbers(1000, &pool);
    EXPECT(numbers[999] == 0);
  }
  EXPECT_AT_MOST(live_count(), before + 20);
}

int main() {
  expect_start();
  plain();
  bound();
  resources();
  EXPECT_EQUAL(bw_check_heap(), 0);
  return expect_end();
}
