// What never was a block of this allocator is given to free, realloc or malloc_usable_size.
#include "support.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum kind { on_stack, global, code, mapping, aligned_mapping, unreadable, unmapped, low, noncanonical, kernel, metadata };

static char global_bytes[4096] __attribute__((aligned(64)));

static char *map(size_t bytes, int protection) {
  char *start = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) give_up("no mapping");
  return start;
}

// The writable data of the library that malloc is in, found in /proc/self/maps: its globals hold its state.
static char *library_data(void) {
  static char maps[1 << 16];
  size_t length = 0;
  ssize_t count;
  int file = open("/proc/self/maps", O_RDONLY);
  while ((count = read(file, maps + length, sizeof maps - 1 - length)) > 0) length += (size_t)count;
  close(file);
  for (char *line = maps; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
    char *end = strchr(line, '\n'), *name = strstr(line, "libbulwark");
    if (name && end && name < end && strstr(line, " rw-p ") && strstr(line, " rw-p ") < end)
      return (char *)strtoul(line, NULL, 16) + 64;
  }
  give_up("the library has no data");
}

// An address of a kind; `local` is one on the stack.
static char *foreign(enum kind kind, char *local) {
  switch (kind) {
    case on_stack: return local;
    case global: return global_bytes + 64;
    case code: return (char *)&strtoull;
    case mapping: return map(1 << 20, PROT_READ | PROT_WRITE) + 4096;
    case aligned_mapping: {
      // At a multiple of any likely segment size: a header looked for there is the mapping's own bytes.
      char *start = map(256u << 20, PROT_READ | PROT_WRITE);
      start += -(uintptr_t)start & ((128u << 20) - 1);
      memset(start, 0x41, 4096);
      return start + 65536;
    }
    case unreadable: return map(1 << 20, PROT_NONE);
    case unmapped: {
      char *start = map(1 << 20, PROT_READ);
      munmap(start, 1 << 20);
      return start;
    }
    case low: return (char *)4096;
    case noncanonical: return (char *)0xdead000000000000;
    case kernel: return (char *)0xffff888000000000;
    case metadata: return library_data();
  }
  return NULL;
}

// The legal twin of all: the same call with a block, while such an address exists.
static void call_with_block(const struct scenario *s, operation *call) {
  char local[64];
  (void)OPAQUE(foreign((enum kind)s->misuse->number, local));
  char *block = OPAQUE((char *)malloc(48));
  by(s, call, block, 100);
  if (call == ask_usable_size) free(block);
}

static void call_with_foreign(const struct scenario *s, operation *call) {
  char local[64];
  char *address = OPAQUE(foreign((enum kind)s->misuse->number, local));
  about_foreign(address);
  by(s, call, address, 100);
}

void free_foreign(const struct scenario *s) { call_with_foreign(s, free_block); }
void free_foreign_twin(const struct scenario *s) { call_with_block(s, free_block); }
void realloc_foreign(const struct scenario *s) { call_with_foreign(s, reallocate_block); }
void realloc_foreign_twin(const struct scenario *s) { call_with_block(s, reallocate_block); }
void usable_size_foreign(const struct scenario *s) { call_with_foreign(s, ask_usable_size); }
void usable_size_foreign_twin(const struct scenario *s) { call_with_block(s, ask_usable_size); }

#define FREE_OF(kind, cases, text)                                                                              \
  MISUSE_AS(free_of_##kind, free_foreign, .sizes = NO_SIZE, .threads = cases, .number = kind,                   \
            .what = "free of " text, .found = "by the free", .secure = "invalidFree", .release = "harmless",    \
            .functions = "free_block")
FREE_OF(on_stack, SAME | OTHER, "an address on the stack");
FREE_OF(global, SAME | OTHER, "a global variable");
FREE_OF(code, SAME, "a function");
FREE_OF(mapping, SAME | OTHER, "an address in a mapping of the program's");
FREE_OF(aligned_mapping, SAME, "an address in a mapping aligned as segments are");
FREE_OF(unreadable, SAME, "an address in an unreadable mapping");
FREE_OF(unmapped, SAME | OTHER, "an unmapped address");
FREE_OF(low, SAME, "a small number");
FREE_OF(noncanonical, SAME | OTHER, "an address that the processor cannot have");
FREE_OF(kernel, SAME, "an address of the kernel's");
FREE_OF(metadata, SAME | OTHER, "the allocator's own data");

#define REALLOC_OF(kind, text)                                                                                  \
  MISUSE_AS(realloc_of_##kind, realloc_foreign, .sizes = NO_SIZE, .threads = SAME, .number = kind,              \
            .what = "realloc of " text, .found = "by the realloc", .secure = "invalidReallocation",             \
            .release = "harmless", .functions = "reallocate_block")
REALLOC_OF(on_stack, "an address on the stack");
REALLOC_OF(global, "a global variable");
REALLOC_OF(mapping, "an address in a mapping of the program's");
REALLOC_OF(unmapped, "an unmapped address");
REALLOC_OF(noncanonical, "an address that the processor cannot have");
REALLOC_OF(metadata, "the allocator's own data");

#define USABLE_SIZE_OF(kind, text)                                                                              \
  MISUSE_AS(usable_size_of_##kind, usable_size_foreign, .sizes = NO_SIZE, .threads = SAME, .number = kind,      \
            .what = "malloc_usable_size of " text, .found = "by the call", .secure = "invalidUsableSize",       \
            .release = "harmless", .functions = "ask_usable_size")
USABLE_SIZE_OF(on_stack, "an address on the stack");
USABLE_SIZE_OF(global, "a global variable");
USABLE_SIZE_OF(unmapped, "an unmapped address");
USABLE_SIZE_OF(noncanonical, "an address that the processor cannot have");
USABLE_SIZE_OF(metadata, "the allocator's own data");
