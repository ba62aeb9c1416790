// The same in C++: its operators are ours, containers and exceptions work, and memory that cannot be had is a bad_alloc.
#include <bulwark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static int fail(const char *what) {
  std::printf("FAIL %s\n", what);
  return 1;
}

struct alignas(128) Wide {
  char bytes[128];
};

int main(int count, char **words) {
  std::map<int, std::string> names;
  for (int i = 0; i < 5000; i++) names[i] = std::string(static_cast<size_t>(i % 300), 'x');
  if (!bw_owns(names[299].data())) return fail("string");
  std::thread thread([&] { names[5000] = "thread"; });
  thread.join();
  auto wide = std::make_unique<Wide>();
  if (reinterpret_cast<size_t>(wide.get()) % 128 || !bw_owns(wide.get())) return fail("aligned new");
  try {
    throw std::runtime_error("a message that is longer than a short string");
  } catch (const std::exception &error) {
    if (std::string(error.what()).size() != 44) return fail("exception");
  }
  try {
    volatile size_t most = static_cast<size_t>(1) << 62;
    std::vector<char> huge;
    char *block = new char[most];
    huge.push_back(*block);
    return fail("new of too much");
  } catch (const std::bad_alloc &) {
  }
  int *volatile number = new int(5);
  delete number;
  if (count > 1 && std::string(words[1]) == "twice") delete number;
  std::puts(bw_variant());
  return 0;
}
