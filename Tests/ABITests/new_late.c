// A C program opens a C++ library with RTLD_LOCAL: libstdc++ arrives late and stays out of the global scope, and the
// operators still are the library's own, with new-handlers and std::bad_alloc.
#include "symbols.h"
#include <malloc.h>

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 2);
  EXPECT(dlsym(RTLD_DEFAULT, "_ZSt15get_new_handlerv") == NULL);
  for (int round = 0; round < 3; round++) {
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) fprintf(stderr, "%s\n", dlerror());
    REQUIRE(library != NULL);
    int (*use)(void) = (int (*)(void))dlsym(library, "use_cxx");
    void *(*make)(size_t) = (void *(*)(size_t))dlsym(library, "make_block");
    void *(*bound)(void) = (void *(*)(void))dlsym(library, "bound_new");
    void (*end)(void *) = (void (*)(void *))dlsym(library, "end_block");
    REQUIRE(use && make && bound && end);
    EXPECT_EQUAL(use(), 0);
    EXPECT(object_of(bound()) == object_of((const void *)bw_variant));
    void *block = make(1000);
    EXPECT_AT_LEAST(malloc_usable_size(block), 1000);
    memset(block, 1, 1000);
    end(block);
    dlclose(library);
  }
  return expect_end();
}
