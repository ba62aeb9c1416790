// thread_local objects that allocate when they are made and when they are destroyed, in threads and in main.
#include "pattern.h"
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

static std::atomic<long> made, destroyed;

struct Local {
  std::vector<std::string> lines;
  void *block;
  Local() : lines(50, std::string(100, 'x')), block(malloc(20000)) {
    pattern_fill(block, 20000, 1);
    made++;
  }
  ~Local() {
    if (!pattern_holds(block, 20000, 20000, 1)) _Exit(5);
    std::map<int, std::string> late;
    for (int i = 0; i < 50; i++) late[i] = lines[(size_t)i] + lines[(size_t)(49 - i)];
    block = realloc(block, 400000);
    if (!block || !pattern_holds(block, 20000, 20000, 1) || late[49].size() != 200) _Exit(6);
    free(block);
    destroyed++;
  }
};

static thread_local Local local;
static thread_local std::map<int, std::vector<int>> table;

static void work(int number) {
  for (int i = 0; i < 200; i++) table[i % 7].push_back(number);
  EXPECT_EQUAL(local.lines.size(), 50);
  EXPECT_EQUAL(table[3].back(), number);
}

int main() {
  expect_start();
  int waves = (int)full_or_quick(200, 12);
  for (int wave = 0; wave < waves; wave++) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++) threads.emplace_back(work, wave * 8 + i);
    for (auto &thread : threads) thread.join();
  }
  EXPECT_EQUAL(made.load(), waves * 8);
  EXPECT_EQUAL(destroyed.load(), waves * 8);
  work(-1);  // main's own are destroyed at exit
  return expect_end();
}
