// pthread_key destructors that allocate, free and set their value again, for keys made before and after the first malloc of
// a thread: a thread's heap has to survive until the last of them has run.
#include "pattern.h"
#include <limits.h>
#include <pthread.h>

enum { key_count = 6, wave_size = 8 };
static pthread_key_t keys[key_count];
static long destructor_calls;

struct value {
  int key, iteration;
  size_t size;
  void *block;
};

static struct value *new_value(int key, int iteration) {
  struct value *value = malloc(sizeof *value);
  REQUIRE(value != NULL);
  // From small to huge, another one in each iteration.
  *value = (struct value){key, iteration, (size_t)100 << ((key + iteration * 5) % 16), NULL};
  REQUIRE(value->block = malloc(value->size));
  pattern_fill(value->block, value->size, key);
  return value;
}

static void destroy(void *pointer) {
  struct value *value = pointer;
  __atomic_fetch_add(&destructor_calls, 1, __ATOMIC_RELAXED);
  EXPECT(pattern_holds(value->block, value->size, value->size, value->key));
  // The system calls destructors at most PTHREAD_DESTRUCTOR_ITERATIONS times; in the last one nothing is set again.
  if (value->iteration + 1 < PTHREAD_DESTRUCTOR_ITERATIONS)
    pthread_setspecific(keys[value->key], new_value(value->key, value->iteration + 1));
  free(value->block);
  free(value);
}

static void *thread(void *block) {
  // Some threads have no heap yet when the destructors run: their values come from the creator.
  struct value **values = block;
  for (int i = 0; i < key_count; i++) pthread_setspecific(keys[i], values ? values[i] : new_value(i, 0));
  free(values);
  return NULL;
}

int main(void) {
  for (int i = 0; i < key_count / 2; i++) REQUIRE(pthread_key_create(&keys[i], destroy) == 0);
  expect_start();
  free(malloc(100));
  for (int i = key_count / 2; i < key_count; i++) REQUIRE(pthread_key_create(&keys[i], destroy) == 0);
  long waves = full_or_quick(60, 6);
  for (long wave = 0; wave < waves; wave++) {
    pthread_t threads[wave_size];
    for (int i = 0; i < wave_size; i++) {
      struct value **values = NULL;
      if (i % 2) {
        REQUIRE(values = malloc(key_count * sizeof *values));
        for (int k = 0; k < key_count; k++) values[k] = new_value(k, 0);
      }
      REQUIRE(pthread_create(&threads[i], NULL, thread, values) == 0);
    }
    for (int i = 0; i < wave_size; i++) pthread_join(threads[i], NULL);
  }
  EXPECT_EQUAL(destructor_calls, waves * wave_size * key_count * PTHREAD_DESTRUCTOR_ITERATIONS);
  return expect_end();
}
