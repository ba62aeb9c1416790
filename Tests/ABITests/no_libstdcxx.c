// A plain C program: the library drags in no C++ or Swift run time and works without one.
#include "pattern.h"

static char maps[1 << 17];

int main(void) {
  expect_start();
  FILE *file = fopen("/proc/self/maps", "r");
  REQUIRE(file != NULL);
  maps[fread(maps, 1, sizeof maps - 1, file)] = 0;
  fclose(file);
  EXPECT(strstr(maps, "libbulwark") != NULL);
  EXPECT(strstr(maps, "libstdc++") == NULL);
  EXPECT(strstr(maps, "libswift") == NULL);

  // The operators are there all the same, for whoever asks by name.
  extern void *_Znwm(size_t) __attribute__((weak));
  extern void _ZdlPv(void *) __attribute__((weak));
  REQUIRE(_Znwm && _ZdlPv);
  void *block = _Znwm(1000);
  REQUIRE(block != NULL);
  pattern_fill(block, 1000, 1);
  EXPECT(pattern_holds(block, 1000, 1000, 1));
  _ZdlPv(block);
  return expect_end();
}
