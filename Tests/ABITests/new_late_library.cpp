// A C++ library that a C program opens late and privately: its operators new and delete, exceptions and containers.
#include <cstddef>
#include <map>
#include <new>
#include <string>
#include <vector>

// Returns 0 if all went well, else which step did not.
extern "C" int use_cxx(void) {
  auto *text = new std::string("a string too long for the space inside the object itself");
  std::map<int, std::vector<std::string>> map;
  for (int i = 0; i < 1000; i++) map[i % 37].push_back(*text + std::to_string(i));
  if (map[36].back().size() < text->size()) return 1;
  delete text;

  auto *aligned = operator new(1000, std::align_val_t(512));
  if (reinterpret_cast<size_t>(aligned) % 512) return 2;
  operator delete(aligned, 1000, std::align_val_t(512));

  volatile size_t absurd = static_cast<size_t>(-1) / 2 + 1;
  try {
    operator delete(operator new(absurd));
    return 3;
  } catch (const std::bad_alloc &) {
  }
  if (operator new(absurd, std::nothrow)) return 4;

  static int calls;
  calls = 0;
  std::set_new_handler([] { if (++calls == 2) std::set_new_handler(nullptr); });
  try {
    operator delete[](operator new[](absurd));
    return 5;
  } catch (const std::bad_alloc &) {
  }
  if (calls != 2) return 6;
  return 0;
}

// A block made here, for the C program.
extern "C" void *make_block(size_t size) { return operator new(size); }
extern "C" void end_block(void *block) { operator delete(block); }

// The operator new that this library got from the dynamic linker.
extern "C" void *bound_new(void) { return reinterpret_cast<void *>(static_cast<void *(*)(size_t)>(operator new)); }
