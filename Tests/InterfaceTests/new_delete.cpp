// The operators of bulwark-new-delete.h, all forms: each allocates from the library, and the handler and exceptions are as the
// standard says.
#include "bulwark-new-delete.h"
#include "expect.h"
#include <memory>
#include <string>
#include <vector>

struct alignas(128) Wide {
  char bytes[256];
};

static int handled;
static void handle() {
  if (++handled == 3) std::set_new_handler(nullptr);
}

// The operators are this program's own, not the library's.
static bool is_mine(void *function) { return !bw_owns(function) && function >= static_cast<void *>(nullptr); }

int main() {
  expect_start();
  EXPECT(is_mine(reinterpret_cast<void *>(static_cast<void *(*)(std::size_t)>(&operator new))));
  for (size_t size = 0; size < 1000000; size = size * 2 + 1) {
    char *one = static_cast<char *>(operator new(size)), *array = static_cast<char *>(operator new[](size));
    EXPECT(bw_query(one, nullptr) != BW_FOREIGN && bw_query(array, nullptr) != BW_FOREIGN && bw_usable_size(one) >= size);
    memset(one, 1, size);
    memset(array, 2, size);
    operator delete(one, size);
    operator delete[](array);
    void *quiet = operator new(size, std::nothrow);
    operator delete(quiet, std::nothrow);
    void *wide = operator new(size, std::align_val_t(512));
    EXPECT(reinterpret_cast<uintptr_t>(wide) % 512 == 0);
    operator delete(wide, size, std::align_val_t(512));
    wide = operator new[](size, std::align_val_t(64), std::nothrow);
    EXPECT(reinterpret_cast<uintptr_t>(wide) % 64 == 0);
    operator delete[](wide, std::align_val_t(64));
  }
  auto object = std::make_unique<Wide>();
  EXPECT(reinterpret_cast<uintptr_t>(object.get()) % 128 == 0 && bw_owns(object.get()));
  std::vector<std::string> words(1000, "a word that is too long to be kept inside the string");
  EXPECT(bw_owns(words[500].data()));
  bool thrown = false;
  try {
    (void)operator new(OPAQUE(static_cast<std::size_t>(PTRDIFF_MAX) + 1));
  } catch (const std::bad_alloc &) {
    thrown = true;
  }
  EXPECT(thrown);
  std::set_new_handler(handle);
  EXPECT(!operator new(OPAQUE(static_cast<std::size_t>(PTRDIFF_MAX) + 1), std::nothrow));
  EXPECT_EQUAL(handled, 3);
  return expect_end();
}
