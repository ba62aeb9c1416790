// Addresses that never came from malloc, or not as they are: what a wrong free() is given.
#pragma once
#include "expect.h"
#include <sys/mman.h>

struct foreign {
  const char *name;
  char *address;
};

enum { foreign_limit = 64 };
static struct foreign foreigns[foreign_limit];
static int foreign_count;
static char foreign_global[4096] __attribute__((aligned(64)));

static void add_foreign(const char *name, const void *address) {
  REQUIRE(foreign_count < foreign_limit);
  foreigns[foreign_count++] = (struct foreign){name, (char *)OPAQUE(address)};
}

static char *foreign_mapping(size_t size, int protection) {
  void *mapping = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(mapping != MAP_FAILED);
  return (char *)mapping;
}

// Into and next to live blocks of each range. The blocks stay allocated for as long as the program runs.
static void add_inner_addresses(void) {
  static const struct { const char *inner, *odd; size_t size, offset; } kinds[] = {
    {"inside 48 bytes", "misaligned in 48 bytes", 48, 16},
    {"inside 1000 bytes", "misaligned in 1000 bytes", 1000, 512},
    {"inside 20000 bytes", "misaligned in 20000 bytes", 20000, 4096},
    {"inside 200000 bytes", "misaligned in 200000 bytes", 200000, 65536},
    {"inside 3 MiB", "misaligned in 3 MiB", 3145728, 1048576},
    {"inside 40 MiB", "misaligned in 40 MiB", 41943040, 33554432},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    char *block = (char *)malloc(kinds[i].size);
    REQUIRE(block != NULL);
    add_foreign(kinds[i].inner, block + kinds[i].offset);
    add_foreign(kinds[i].odd, block + 1);
    add_foreign(kinds[i].odd, block + 8);
  }
}

// `local`: an address on the caller's stack.
__attribute__((unused)) static void collect_foreigns(void *local) {
  add_foreign("stack", local);
  add_foreign("global", foreign_global + 64);
  add_foreign("code", (const void *)&collect_foreigns);
  add_foreign("text of the C library", (const void *)&strtoull);
  char *mapping = foreign_mapping(1u << 20, PROT_READ | PROT_WRITE);
  add_foreign("mapping", mapping);
  add_foreign("inside a mapping", mapping + 4096 + 32);
  // On a multiple of any likely segment size, so that a header looked for at the segment's start is the mapping's own bytes.
  char *large = foreign_mapping(256u << 20, PROT_READ | PROT_WRITE);
  large += -(uintptr_t)large & ((128u << 20) - 1);
  memset(large, 0x41, 4096);
  add_foreign("start of an aligned mapping", large);
  add_foreign("inside an aligned mapping", large + 65536);
  add_foreign("inside an aligned mapping, small offset", large + 128);
  char *forbidden = foreign_mapping(256u << 20, PROT_NONE);
  add_foreign("unreadable mapping", forbidden + (128u << 20));
  add_inner_addresses();
  add_foreign("8", (void *)8);
  add_foreign("16", (void *)16);
  add_foreign("4096", (void *)4096);
  add_foreign("unmapped low address", (void *)0x10000000);
  add_foreign("end of user space", (void *)0x7ffffffff000);
  add_foreign("first non-canonical address", (void *)0x800000000000);
  add_foreign("non-canonical address", (void *)0xdead000000000000);
  add_foreign("misaligned non-canonical address", (void *)0xdeadbeefdeadbeef);
  add_foreign("kernel address", (void *)0xffff888000000000);
  add_foreign("kernel text", (void *)0xffffffff81000000);
  add_foreign("last page", (void *)0xfffffffffffff000);
  add_foreign("last aligned address", (void *)0xfffffffffffffff0);
  add_foreign("-1", (void *)-1);
}
