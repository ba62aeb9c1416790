// Whose an address is, by the loader's own index: glibc's _dl_find_object takes no lock.
#define _GNU_SOURCE 1
#include <dlfcn.h>

#include "CBulwark.h"

// The linker's own symbols.
extern const char image_start[] __asm__("__ehdr_start") __attribute__((visibility("hidden")));
extern const char image_end[] __asm__("_end") __attribute__((visibility("hidden")));

uintptr_t bw_image_start(void) { return (uintptr_t)image_start; }
uintptr_t bw_image_end(void) { return (uintptr_t)image_end; }
uintptr_t bw_data_start(void) { return (uintptr_t)image_start; }
uintptr_t bw_data_end(void) { return (uintptr_t)image_end; }

// Weak: older libcs have none.
extern int find_object(void *, struct dl_find_object *) __asm__("_dl_find_object") __attribute__((weak));

bool bw_can_find_modules(void) { return find_object != NULL; }

bool bw_find_module(uintptr_t address, struct bw_module *module) {
  struct dl_find_object found;
  if (!find_object || find_object((void *)address, &found)) return false;
  module->start = (uintptr_t)found.dlfo_map_start;
  module->end = (uintptr_t)found.dlfo_map_end;
  module->eh_frame_header = (uintptr_t)found.dlfo_eh_frame;
  module->record = (uintptr_t)found.dlfo_link_map;
  return true;
}

struct bw_report_storage bw_report_storage;
unsigned char bw_reserve_storage[BW_RESERVE_BYTES];
