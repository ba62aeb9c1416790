// Every wrong access to a sampled block is reported, by the instruction itself where a guard is, else at the free; by the
// first thread as by another. Run with sample_rate=1.
#include "sampled.h"
#include <pthread.h>

enum kind {
  read_behind, write_behind, read_far_behind, read_in_front, write_in_front, read_freed, write_freed, write_end_of_freed,
  // Found at the free:
  write_padding_behind, write_zero_behind, write_padding_in_front, write_far_behind_left,
  free_twice, free_inside, realloc_freed, usable_size_freed,
  kind_count
};

static const struct { const char *name, *line; size_t size; enum end end; } kinds[kind_count] = {
  [read_behind] = {"read right behind", "bulwark: access beyond the end of", 48, at_right},
  [write_behind] = {"write right behind", "bulwark: access beyond the end of", 4096, at_left},
  [read_far_behind] = {"read 8000 bytes behind", "bulwark: access beyond the end of", 48, at_right},
  [read_in_front] = {"read right in front", "bulwark: access before the start of", 48, at_left},
  [write_in_front] = {"write 4096 bytes in front", "bulwark: access before the start of", 48, at_left},
  [read_freed] = {"read after free", "bulwark: access to freed", 48, at_right},
  [write_freed] = {"write after free", "bulwark: access to freed", 1, at_left},
  [write_end_of_freed] = {"write after free, at the end", "bulwark: access to freed", 4000, at_left},
  [write_padding_behind] = {"write into the padding behind", "bulwark: buffer overflow of", 45, at_right},
  [write_zero_behind] = {"a NUL one byte too far", "bulwark: buffer overflow of", 33, at_right},
  [write_padding_in_front] = {"write in front, within the page", "bulwark: buffer underflow of", 48, at_right},
  [write_far_behind_left] = {"write 3000 bytes behind, within the page", "bulwark: buffer overflow of", 48, at_left},
  [free_twice] = {"double free", "bulwark: double free of", 48, at_right},
  [free_inside] = {"free inside", "bulwark: invalid free of", 48, at_left},
  [realloc_freed] = {"realloc after free", "bulwark: realloc of freed", 48, at_right},
  [usable_size_freed] = {"malloc_usable_size after free", "bulwark: invalid malloc_usable_size of", 48, at_right},
};

size_t malloc_usable_size(void *block);

struct scenario { enum kind kind; char *volatile block; };

static void *act(void *argument) {
  struct scenario *scenario = argument;
  volatile char *block = scenario->block;
  size_t size = kinds[scenario->kind].size;
  char padding;
  switch (scenario->kind) {
    case read_behind: (void)block[size]; break;
    case write_behind: block[size] = 1; break;
    case read_far_behind: (void)block[size + 8000]; break;
    case read_in_front: (void)block[-1]; break;
    case write_in_front: block[-4096] = 1; break;
    case read_freed: free(scenario->block); (void)block[0]; break;
    case write_freed: free(scenario->block); block[0] = 1; break;
    case write_end_of_freed: free(scenario->block); block[size - 1] = 1; break;
    case write_padding_behind: padding = block[size], block[size] = padding ^ 1, free(scenario->block); break;
    case write_zero_behind: block[size] = 0, free(scenario->block); break;
    case write_padding_in_front: padding = block[-1], block[-1] = padding ^ 1, free(scenario->block); break;
    case write_far_behind_left: padding = block[size + 3000], block[size + 3000] = padding ^ 0x80, free(scenario->block); break;
    case free_twice: free(scenario->block); free(OPAQUE(scenario->block)); break;
    case free_inside: free(OPAQUE(scenario->block + 16)); break;
    case realloc_freed: free(scenario->block); scenario->block = realloc(OPAQUE(scenario->block), 10); break;
    case usable_size_freed: free(scenario->block); malloc_usable_size(OPAQUE(scenario->block)); break;
    case kind_count: break;
  }
  _exit(0);
}

static void act_elsewhere(void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, act, argument)) _exit(4);
  pthread_join(thread, NULL);
}
static void act_here(void *argument) { act(argument); }

// The block too comes from another thread.
static void *allocate(void *argument) {
  struct scenario *scenario = argument;
  scenario->block = sampled_at(kinds[scenario->kind].end, kinds[scenario->kind].size);
  return NULL;
}

int main(void) {
  expect_start();
  // From the first allocation on.
  void *first = malloc(100);
  EXPECT(is_sampled(first, 100));
  free(first);
  for (int kind = 0; kind < kind_count; kind++)
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
      struct scenario scenario = {kind, NULL};
      if (elsewhere) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, allocate, &scenario) == 0 && pthread_join(thread, NULL) == 0);
      } else {
        allocate(&scenario);
      }
      char name[100];
      snprintf(name, sizeof name, "%s, %s", kinds[kind].name, elsewhere ? "another thread" : "the first thread");
      struct child_outcome outcome = run_child(elsewhere ? act_elsewhere : act_here, &scenario);
      char *named = scenario.block + (kind == free_inside ? 16 : 0);
      expect_report(&outcome, kinds[kind].line, named, name);
      // The twin that must not abort: the parent's block, untouched.
      free(scenario.block);
    }
  return expect_end();
}
