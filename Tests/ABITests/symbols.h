// Which library a symbol comes from. Link-time addresses are not enough: what is tested is the run-time resolution.
#pragma once
#include "expect.h"
#include <dlfcn.h>

// The load address of the object that holds `address`, or NULL.
__attribute__((unused)) static void *object_of(const void *address) {
  Dl_info info;
  return address && dladdr(address, &info) ? info.dli_fbase : NULL;
}

// The function that the process uses under this name; counts a failure unless it is the library's own.
__attribute__((unused)) static void *own_symbol(const char *name) {
  void *address = dlsym(RTLD_DEFAULT, name);
  EXPECT_IN(address != NULL, "%s", name);
  EXPECT_IN(object_of(address) == object_of((const void *)bw_variant), "%s comes from another library", name);
  return address;
}
