// Two children of one process allocate unlike it, and unlike each other, where places are chosen at random: the next blocks
// of a warm heap, and of a size that the parent never used.
#include "memory.h"
#include <sys/wait.h>

enum { count = 64 };

static void draw(uintptr_t places[2 * count]) {
  for (int i = 0; i < count; i++) places[i] = (uintptr_t)malloc(48);
  for (int i = 0; i < count; i++) places[count + i] = (uintptr_t)malloc(720);
}

static int same_places(const uintptr_t *a, const uintptr_t *b) {
  int same = 0;
  for (int i = 0; i < count; i++) same += a[i] == b[i];
  return same;
}

int main(void) {
  expect_start();
  if (strcmp(bw_variant(), "secure") != 0) return expect_end();  // the variant with randomizedFreeLists
  for (int i = 0; i < 10000; i++) free(malloc(48));
  static uintptr_t places[3][2 * count];
  for (int child = 0; child < 2; child++) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_t id = fork();
    REQUIRE(id >= 0);
    if (id == 0) {
      draw(places[0]);
      _exit(write(ends[1], places[0], sizeof places[0]) != sizeof places[0]);
    }
    close(ends[1]);
    REQUIRE(read(ends[0], places[child], sizeof places[0]) == sizeof places[0]);
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(id, &status, 0) == id);
    EXPECT_EQUAL(status, 0);
  }
  draw(places[2]);
  // Each place agrees by chance with probability 1/32 at most: of 64, 2 on average, more than 16 never (below 10⁻⁹).
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < a; b++)
      for (int part = 0; part < 2; part++)
        EXPECT_AT_MOST(same_places(places[a] + part * count, places[b] + part * count), 16);
  return expect_end();
}
