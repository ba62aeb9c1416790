// A double free is reported in every size range, whichever thread frees first or second, at once or 1000 frees later.
//
// Nothing is allocated between the two frees, and the second thread exists before the first free: an allocation in between
// might legally get the same address.
#include "child.h"
#include <pthread.h>
#include <semaphore.h>

static const size_t sizes[] = {16, 48, 1000, 5000, 20000, 100000, 200000, 3145728, 41943040};
enum { size_count = sizeof sizes / sizeof sizes[0], other_count = 1000 };

enum { both_here, second_elsewhere, first_elsewhere, way_count };
static const char *const way_names[] = {"both by one thread", "the second by another thread", "the first by another thread"};

struct scenario {
  int way;
  size_t other_size;  // of the 1000 blocks that are freed in between, 0 for none
  void *block;
};

static sem_t go, done;

static void *free_when_told(void *block) {
  sem_wait(&go);
  free(block);
  sem_post(&done);
  pause();  // the thread lives on: its end would allocate or clean up
  return NULL;
}

static void free_elsewhere(void) {
  sem_post(&go);
  sem_wait(&done);
}

static void free_twice(void *argument) {
  struct scenario *scenario = argument;
  static void *others[other_count];
  pthread_t thread;
  size_t size = scenario->other_size;
  for (int i = 0; size && i < other_count; i++) others[i] = malloc(size);
  sem_init(&go, 0, 0);
  sem_init(&done, 0, 0);
  if (scenario->way != both_here && pthread_create(&thread, NULL, free_when_told, scenario->block)) _exit(4);

  if (scenario->way == first_elsewhere) free_elsewhere(); else free(scenario->block);
  for (int i = 0; i < other_count; i++) free(others[i]);
  if (scenario->way == second_elsewhere) free_elsewhere(); else free(OPAQUE(scenario->block));
}

int main(void) {
  expect_start();
  for (int i = 0; i < size_count; i++)
    for (int way = 0; way < way_count; way++)
      for (int later = 0; later < 2; later++) {
        char name[120];
        snprintf(name, sizeof name, "%zu bytes, %s, %s", sizes[i], way_names[way], later ? "1000 frees later" : "at once");
        // The other blocks are of the same size where 1000 of them are little, else a mixture would prove no more.
        size_t other_size = sizes[i] <= 20000 ? sizes[i] : 1000;
        struct scenario scenario = {way, later ? other_size : 0, malloc(sizes[i])};
        REQUIRE(scenario.block != NULL);
        ((char *)scenario.block)[0] = 1;
        struct child_outcome outcome = run_child(free_twice, &scenario);
        expect_report(&outcome, "bulwark: double free of", scenario.block, name);
        free(scenario.block);
      }
  return expect_end();
}
