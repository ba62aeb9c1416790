// Threads that are stopped in the middle of malloc and free, again and again: each has a timer whose signal's handler
// yields, sleeps or changes its scheduling class, wherever it interrupts. Argument: how many processors to run on, 1 or 2.
// Blocks change hands through shared slots, threads end and begin, and children of forks free what they find. Contents, and
// the sum at the end, are checked; and that enough signals came while a thread was inside the library.
#include "pattern.h"
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { thread_count = 6, slot_count = 512, blocks_a_life = 400 };

struct block {
  size_t size;
  uint64_t seed;
  unsigned char bytes[];
};
static struct block *slots[slot_count];
static long inside, interruptions, lives, children;
static int stop;
static uintptr_t library_start, library_end;

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Where the library's code is.
static int find_library(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr, end = start + part->p_memsz;
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    if ((uintptr_t)bw_variant < start || (uintptr_t)bw_variant >= end) continue;
    library_start = start;
    library_end = end;
  }
  return 0;
}

static __thread uint64_t handler_state;

static void interrupt(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)info;
  int saved = errno;
  uintptr_t at = (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
  __atomic_fetch_add(&interruptions, 1, __ATOMIC_RELAXED);
  if (at >= library_start && at < library_end) __atomic_fetch_add(&inside, 1, __ATOMIC_RELAXED);
  uint64_t draw = random_next(&handler_state);
  struct sched_param none = {0};
  switch (draw % 16) {
    case 0: sched_setscheduler(0, SCHED_IDLE, &none); break;
    case 1:
    case 2: sched_setscheduler(0, SCHED_OTHER, &none); break;
    case 3: sched_setscheduler(0, SCHED_BATCH, &none); break;
    case 4:
    case 5:
    case 6:
    case 7: nanosleep(&(struct timespec){.tv_nsec = (long)(draw >> 32) % 300000}, NULL); break;
    default: sched_yield();
  }
  errno = saved;
}

static timer_t start_timer(uint64_t *state) {
  handler_state = random_next(state) | 1;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
  event._sigev_un._tid = gettid();
  timer_t timer;
  REQUIRE(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  long interval = 60000 + (long)(random_next(state) >> 32) % 200000;
  struct itimerspec period = {.it_value.tv_nsec = interval, .it_interval.tv_nsec = interval};
  REQUIRE(timer_settime(timer, 0, &period, NULL) == 0);
  return timer;
}

// The bytes in front that are filled; the last byte is another matter.
static size_t beginning(size_t size) { return size <= 64 ? size - 1 : 64; }

static struct block *new_block(uint64_t *state) {
  // A few sizes make pages full and empty, the others everything else.
  static const size_t favourites[] = {40, 4000, 8000, 30000};
  uint64_t draw = random_next(state);
  size_t size = draw % 4 ? favourites[draw >> 8 & 3] : random_size(state, 400000), whole = sizeof(struct block) + size;
  struct block *block;
  switch (draw >> 16 & 7) {
    case 0: block = calloc(1, whole); break;
    case 1:
      REQUIRE(block = malloc(whole / 2 + sizeof *block));
      block = realloc(block, whole);
      break;
    default: block = malloc(whole);
  }
  REQUIRE(block != NULL);
  block->size = size;
  block->seed = draw;
  // Its ends: the time goes to malloc and free.
  pattern_fill(block->bytes, beginning(size), draw);
  block->bytes[size - 1] = (unsigned char)draw;
  return block;
}

static void check_and_free(struct block *block) {
  if (!block) return;
  size_t size = block->size;
  EXPECT_EQUAL(block->bytes[size - 1], (unsigned char)block->seed);
  EXPECT_IN(pattern_holds(block->bytes, beginning(size), size, block->seed), "size %zu", size);
  free(block);
}

static void *live(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  timer_t timer = start_timer(&state);
  for (int i = 0; i < blocks_a_life; i++) {
    struct block *block = new_block(&state);
    check_and_free(__atomic_exchange_n(&slots[random_next(&state) % slot_count], block, __ATOMIC_ACQ_REL));
  }
  timer_delete(timer);
  __atomic_fetch_add(&lives, 1, __ATOMIC_RELAXED);
  return NULL;
}

// Threads, one after the other, until the time is over.
static void *keep_living(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, live, (void *)(uintptr_t)(random_next(&state) | 1)) == 0);
    pthread_join(thread, NULL);
  }
  return NULL;
}

// A child, whose other threads are gone in the middle of whatever they did.
static void fork_once(void) {
  fflush(NULL);
  pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(60);
    uint64_t state = 12345;
    for (int i = 0; i < slot_count; i++) {
      check_and_free(slots[i]);
      slots[i] = new_block(&state);
    }
    for (int i = 0; i < slot_count; i++) check_and_free(slots[i]);
    _exit(expect_end());
  }
  int status;
  REQUIRE(waitpid(child, &status, 0) == child);
  EXPECT_IN(status == 0, "child: status %#x", status);
  children++;
}

static int has_seen_enough(void) {
  return __atomic_load_n(&inside, __ATOMIC_RELAXED) >= 100 && __atomic_load_n(&lives, __ATOMIC_RELAXED) >= 2 * thread_count &&
         children >= 5;
}

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 2);
  int processors = atoi(arguments[1]);
  REQUIRE(processors == 1 || processors == 2);
  uint64_t seed = random_seed();
  dl_iterate_phdr(find_library, NULL);
  REQUIRE(library_start != 0);
  cpu_set_t all, some;
  REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
  CPU_ZERO(&some);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&some) < processors; i++)
    if (CPU_ISSET(i, &all)) CPU_SET(i, &some);
  REQUIRE(sched_setaffinity(0, sizeof some, &some) == 0);
  struct sigaction action = {.sa_sigaction = interrupt, .sa_flags = SA_SIGINFO | SA_RESTART};
  REQUIRE(sigaction(SIGRTMIN, &action, NULL) == 0);
  // What threads and streams need for good is there before the sum is taken.
  pthread_t threads[thread_count];
  stop = 1;
  for (int i = 0; i < thread_count; i++) REQUIRE(pthread_create(&threads[i], NULL, keep_living, NULL) == 0);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  stop = 0;
  malloc_trim(0);
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < thread_count; i++)
    REQUIRE(pthread_create(&threads[i], NULL, keep_living, (void *)(uintptr_t)(seed + 2 * (uint64_t)i + 1)) == 0);
  long long limit = nanoseconds() + full_or_quick(8, 2) * 1000000000LL;
  // Enough was seen after ten times as long at the latest, on a machine that does much else.
  long long last = limit + 9 * (limit - nanoseconds());
  while (nanoseconds() < limit || (nanoseconds() < last && !has_seen_enough())) {
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    fork_once();
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < slot_count; i++) check_and_free(slots[i]);
  malloc_trim(0);
  size_t after = mallinfo2().uordblks;
  printf("%ld lives, %ld children, %ld interruptions, %ld of them inside the library; %zu bytes before, %zu after\n", lives,
         children, interruptions, inside, before, after);
  EXPECT(has_seen_enough());
  // Stacks that pthread keeps for the next thread have a table of libc's each.
  EXPECT_AT_MOST(after, before + 8192);
  return expect_end();
}
