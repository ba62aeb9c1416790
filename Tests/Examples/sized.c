// Allocating and freeing by size: the program says again what it asked for, and the library compares.
//     cc sized.c -I DIST/include DIST/lib/libbulwark-secure.so -Wl,-rpath,DIST/lib -o sized
#include <bulwark.h>
#include <stdio.h>
#include <string.h>

struct vector {
  int *values;
  size_t count, room;
};

static void append(struct vector *vector, int value) {
  if (vector->count == vector->room) {
    const size_t room = vector->room ? vector->room * 2 : 4;
    int *values = bw_mallocn(room, sizeof *values);
    if (!values) return;
    if (vector->count) memcpy(values, vector->values, vector->count * sizeof *values);
    // In release just free; in secure a wrong size ends the program here.
    bw_free_sized(vector->values, vector->room * sizeof *values);
    vector->values = values;
    vector->room = room;
  }
  vector->values[vector->count++] = value;
}

int main(void) {
  struct vector vector = {0};
  for (int i = 0; i < 1000; i++) append(&vector, i);
  printf("%zu values, the last %d\n", vector.count, vector.values[vector.count - 1]);
  bw_free_sized(vector.values, vector.room * sizeof *vector.values);
  return 0;
}
