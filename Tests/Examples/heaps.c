// A heap for each request: what the request allocates goes with it, at once, whatever it forgot.
//     cc heaps.c -I DIST/include DIST/lib/libbulwark-secure.so -Wl,-rpath,DIST/lib -o heaps
#include <bulwark.h>
#include <stdio.h>
#include <string.h>

static bool count(void *block, size_t size, void *context) {
  (void)block;
  *(size_t *)context += size;
  return true;
}

int main(void) {
  for (int request = 1; request <= 3; request++) {
    bw_heap *heap = bw_heap_new();
    if (!heap) return 1;
    // What is called from here allocates by malloc, and knows nothing of heaps.
    bw_heap *former = bw_heap_set_default(heap);
    for (int i = 0; i < request * 100; i++)
      if (!bw_malloc(64)) return 1;
    bw_heap_set_default(former);
    size_t bytes = 0;
    bw_heap_visit(heap, count, &bytes);
    printf("request %d: %zu bytes\n", request, bytes);
    bw_heap_destroy(heap);
  }
  return 0;
}
