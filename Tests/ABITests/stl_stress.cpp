// The containers of the standard library from several threads: nodes, buffers and shared_ptr that other threads drop.
#include "pattern.h"
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

struct Record {
  std::string text;
  std::vector<uint64_t> numbers;
  bool holds() const {
    for (uint64_t number : numbers)
      if (number != numbers.size()) return false;
    return text == std::string(numbers.size() * 3, (char)('a' + numbers.size() % 26));
  }
};

static std::shared_ptr<Record> record(uint64_t *state) {
  size_t count = random_size(state, 3000);
  return std::make_shared<Record>(Record{std::string(count * 3, (char)('a' + count % 26)), std::vector<uint64_t>(count, count)});
}

enum { slot_count = 256 };
static std::shared_ptr<Record> slots[slot_count];
static std::mutex mutexes[slot_count];

static void work(uint64_t seed, long operations) {
  uint64_t state = seed;
  std::map<uint64_t, std::shared_ptr<Record>> ordered;
  std::unordered_map<std::string, std::vector<std::string>> hashed;
  for (long i = 0; i < operations; i++) {
    uint64_t draw = random_next(&state);
    auto made = record(&state);
    std::shared_ptr<Record> taken;
    {
      std::lock_guard<std::mutex> guard(mutexes[draw % slot_count]);
      taken = slots[draw % slot_count];
      slots[draw % slot_count] = made;
    }
    if (taken) EXPECT(taken->holds());
    ordered[draw >> 56] = taken ? taken : made;
    auto &list = hashed[std::to_string(draw % 500)];
    list.push_back(made->text);
    if (list.size() > 10) hashed.erase(std::to_string(draw % 500));
    if (draw % 1000 == 0) ordered.clear();
  }
  for (auto &[key, value] : ordered) EXPECT(value->holds());
  for (auto &[key, list] : hashed)
    for (auto &text : list) EXPECT(text.size() % 3 == 0 && text.find_first_not_of(text[0]) == std::string::npos);
}

int main() {
  expect_start();
  uint64_t seed = random_seed();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) threads.emplace_back(work, seed * 8 + i, full_or_quick(25000, 2500));
  for (auto &thread : threads) thread.join();
  for (auto &slot : slots) EXPECT(!slot || slot->holds());
  return expect_end();
}
