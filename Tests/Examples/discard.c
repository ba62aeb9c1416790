// acquire, discard, reclaim, flush and query: a thread makes messages, another one reads and discards them, and the first takes the
// memory back in its loop, a page at a time.
//     cc -pthread discard.c -I DIST/include DIST/lib/libbulwark-secure.so -Wl,-rpath,DIST/lib -o discard
#include <bulwark.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { messages = 100000 };
static _Atomic(long *) box;

static void *read_messages(void *nothing) {
  for (long i = 0; i < messages; i++) {
    long *message;
    while (!(message = atomic_exchange(&box, NULL))) {}
    bw_discard(message);  // from another thread than its maker's: constant time, no lock
  }
  return nothing;
}

int main(void) {
  pthread_t reader;
  if (pthread_create(&reader, NULL, read_messages, NULL)) return 1;
  size_t reclaimed = 0;
  for (long i = 0; i < messages; i++) {
    long *message = bw_acquire(sizeof *message * (size_t)(1 + i % 50));
    if (!message) return 1;
    *message = i;
    while (atomic_load(&box)) {}
    atomic_store(&box, message);
    reclaimed += bw_reclaim(1);  // a bounded piece of work for each turn of the loop
  }
  pthread_join(reader, NULL);
  reclaimed += bw_flush();
  printf("%d messages; %zu blocks came back by reclaim and flush, the others when malloc needed them\n", messages, reclaimed);

  static const char *const states[] = {"foreign", "unused", "live", "freed", "waiting", "live or freed, which release does not track"};
  char *block = bw_acquire(100);
  struct bw_block found;
  printf("in the middle of a block: %s", states[bw_query(block + 50, &found)]);
  printf(", %zu bytes, %td bytes from its start\n", found.size, (const char *)block + 50 - (const char *)found.start);
  bw_discard(block);
  printf("after its discard: %s\n", states[bw_query(block + 50, NULL)]);
  printf("on the stack: %s\n", states[bw_query(&found, NULL)]);
  return 0;
}
