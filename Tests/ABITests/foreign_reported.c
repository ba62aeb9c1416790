// Secure and debug name the foreign address that free, realloc or malloc_usable_size was given, and abort.
#include "child.h"
#include "foreign.h"
#include <malloc.h>

static void call_free(void *address) { free(address); }
static void call_realloc(void *address) { OPAQUE(realloc(address, 100)); }
static void call_realloc_to_zero(void *address) { OPAQUE(realloc(address, OPAQUE((size_t)0))); }
static void call_usable_size(void *address) { OPAQUE(malloc_usable_size(address)); }

int main(void) {
  expect_start();
  int local = 0;
  collect_foreigns(&local);
  for (int i = 0; i < foreign_count; i++) {
    void *address = foreigns[i].address;
    struct child_outcome outcome = run_child(call_free, address);
    expect_report(&outcome, "bulwark: invalid free of", address, foreigns[i].name);
    outcome = run_child(call_realloc, address);
    expect_report(&outcome, "bulwark: invalid realloc of", address, foreigns[i].name);
    outcome = run_child(call_realloc_to_zero, address);
    // realloc to 0 is a free, and may be called one.
    expect_report(&outcome, either_prefix(&outcome, "bulwark: invalid realloc of", "bulwark: invalid free of"), address,
                  foreigns[i].name);
    outcome = run_child(call_usable_size, address);
    expect_report(&outcome, "bulwark: invalid malloc_usable_size of", address, foreigns[i].name);
  }
  return expect_end();
}
