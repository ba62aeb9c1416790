// Blocks that malloc and new made, each ended by the other's function: from three call sites, the first of them three times.
#include <cstdio>
#include <cstdlib>
#include <new>

#define APART __attribute__((noinline, visibility("default")))
static volatile int after;

APART char *make_by_new() {
  char *block = static_cast<char *>(::operator new(30));
  after++;
  return block;
}
APART char *make_by_malloc() {
  char *block = static_cast<char *>(malloc(30));
  after++;
  return block;
}
APART void end_by_free(char *block) {
  free(block);
  after++;
}
APART void end_by_delete(char *block) {
  ::operator delete(block);
  after++;
}
APART void end_by_realloc(char *block) {
  free(realloc(block, 60));
  after++;
}

int main() {
  for (int i = 0; i < 3; i++) end_by_free(make_by_new());
  for (int i = 0; i < 2; i++) end_by_delete(make_by_malloc());
  for (int i = 0; i < 2; i++) end_by_realloc(make_by_new());
  puts("went on");
}
