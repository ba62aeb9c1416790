// operator new when memory is refused: the new-handler is called until it gives up, throws, or memory appears.
//
// The request can be met by no allocator (above PTRDIFF_MAX), except where memory is to appear: there an address-space
// limit, which the handler lifts, is what refuses it.
#include "pattern.h"
#include <functional>
#include <new>
#include <string>
#include <sys/resource.h>

static const size_t absurd = OPAQUE((size_t)PTRDIFF_MAX + 1);
static const auto wide = std::align_val_t(256);
static int calls, destroyed;

struct Witness { ~Witness() { destroyed++; } };
struct HandlerError { std::string text; };

using Attempt = std::function<void *()>;
static const Attempt throwing[] = {
  [] { return operator new(absurd); }, [] { return operator new[](absurd); },
  [] { return operator new(absurd, wide); }, [] { return operator new[](absurd, wide); },
};
static const Attempt nothrow[] = {
  [] { return operator new(absurd, std::nothrow); }, [] { return operator new[](absurd, std::nothrow); },
  [] { return operator new(absurd, wide, std::nothrow); }, [] { return operator new[](absurd, wide, std::nothrow); },
};

// Frames with something to destroy between the throw and its handler.
__attribute__((noinline)) static void *deeper(const Attempt &attempt, int depth) {
  Witness witness;
  if (depth == 0) return attempt();
  void *result = deeper(attempt, depth - 1);
  __asm__ volatile("" ::: "memory");  // not a tail call
  return result;
}

enum class Outcome { bad_alloc, handler_error, other_error, null, memory };

static Outcome outcome(const Attempt &attempt) {
  calls = destroyed = 0;
  Outcome result;
  try {
    result = deeper(attempt, 4) ? Outcome::memory : Outcome::null;
  } catch (const std::bad_alloc &) {
    result = Outcome::bad_alloc;
  } catch (const HandlerError &error) {
    result = error.text == "from the handler, and long enough to be allocated" ? Outcome::handler_error : Outcome::other_error;
  } catch (...) {
    result = Outcome::other_error;
  }
  EXPECT_EQUAL(destroyed, 5);
  return result;
}

static void expect_all(Outcome from_throwing, Outcome from_nothrow, int expected_calls, std::new_handler handler) {
  for (int i = 0; i < 4; i++) {
    std::set_new_handler(handler);
    EXPECT_IN(outcome(throwing[i]) == from_throwing, "form %d", i);
    EXPECT_EQUAL(calls, expected_calls);
    std::set_new_handler(handler);
    if (from_nothrow == Outcome::other_error) continue;
    EXPECT_IN(outcome(nothrow[i]) == from_nothrow, "nothrow form %d", i);
    EXPECT_EQUAL(calls, expected_calls);
  }
  std::set_new_handler(nullptr);
}

static void gives_up_at_third_call() {
  if (++calls == 3) std::set_new_handler(nullptr);
}

static void throws_bad_alloc_at_second_call() {
  if (++calls == 2) throw std::bad_alloc();
}

static void throws_its_own() {
  calls++;
  throw HandlerError{"from the handler, and long enough to be allocated"};
}

static rlim_t former_limit;

static void lifts_the_limit() {
  calls++;
  struct rlimit limit;
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = former_limit;
  setrlimit(RLIMIT_AS, &limit);
}

static void memory_appears() {
  const size_t size = OPAQUE((size_t)1 << 30);
  const struct {
    Attempt make;
    void (*end)(void *);
  } attempts[] = {
    {[&] { return operator new(size); }, [](void *block) { operator delete(block); }},
    {[&] { return operator new(size, std::nothrow); }, [](void *block) { operator delete(block, std::nothrow); }},
    {[&] { return operator new[](size); }, [](void *block) { operator delete[](block); }},
    {[&] { return operator new[](size, std::nothrow); }, [](void *block) { operator delete[](block); }},
    {[&] { return operator new(size, wide); }, [](void *block) { operator delete(block, wide); }},
    {[&] { return operator new(size, wide, std::nothrow); }, [](void *block) { operator delete(block, wide); }},
  };
  struct rlimit limit;
  REQUIRE(getrlimit(RLIMIT_AS, &limit) == 0);
  former_limit = limit.rlim_cur;
  for (const auto &attempt : attempts) {
    void *block = nullptr;
    std::set_new_handler(lifts_the_limit);
    limit.rlim_cur = 0;  // no further mapping at all
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
    EXPECT(outcome([&] { return block = attempt.make(); }) == Outcome::memory);
    EXPECT_EQUAL(calls, 1);
    if (block) pattern_fill(block, 10000, 1);
    attempt.end(block);
    limit.rlim_cur = former_limit;
    setrlimit(RLIMIT_AS, &limit);
  }
  std::set_new_handler(nullptr);
}

int main() {
  expect_start();
  expect_all(Outcome::bad_alloc, Outcome::null, 0, nullptr);
  expect_all(Outcome::bad_alloc, Outcome::null, 3, gives_up_at_third_call);
  expect_all(Outcome::bad_alloc, Outcome::null, 2, throws_bad_alloc_at_second_call);
  // What another exception does in a noexcept operator new is the implementation's affair: only the throwing forms.
  expect_all(Outcome::handler_error, Outcome::other_error, 1, throws_its_own);
  memory_appears();
  for (int i = 0; i < 1000; i++) EXPECT(outcome(throwing[i % 4]) == Outcome::bad_alloc);  // throwing leaves nothing behind
  return expect_end();
}
