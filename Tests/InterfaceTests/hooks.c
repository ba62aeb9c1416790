// The hooks: errors and output of a violation that the program goes on after, deferred frees, and that their place is read-only.
#include "bulwark.h"
#include "child.h"
#include <errno.h>

static char kind[64];
static const void *address;
static size_t size;
static bool ends;
static int calls;

static void on_error(const struct bw_violation *violation, void *context) {
  EXPECT(context == (void *)7);
  snprintf(kind, sizeof kind, "%s", violation->kind);
  address = violation->address;
  size = violation->size;
  ends = violation->ends;
  EXPECT(violation->thread == (uint32_t)getpid());
  calls++;
  errno = EDOM;
}

static char text[4096];
static size_t length;

static void on_output(const char *piece, size_t count, void *context) {
  EXPECT(context == (void *)8);
  if (count > sizeof text - 1 - length) count = sizeof text - 1 - length;
  memcpy(text + length, piece, count);
  length += count;
}

static void misuse(void *nothing) {
  (void)nothing;
  char *block = malloc(48);
  free(block);
  free(OPAQUE(block));
}

static void violations(void) {
  EXPECT(bw_register_error(on_error, (void *)7));
  EXPECT(bw_register_output(on_output, (void *)8));
  char *block = malloc(48);
  free(block);
  errno = 77;
  free(OPAQUE(block));
  // Though on_error changed it.
  EXPECT_EQUAL(errno, 77);
  EXPECT_EQUAL(calls, 1);
  EXPECT(!strcmp(kind, "double-free") && address == block && !ends);
  EXPECT(size >= 48);
  EXPECT_IN(!strncmp(text, "bulwark: double free of 0x", 26), "%.60s", text);
  // Taken away, all is as before.
  EXPECT(bw_register_output(NULL, NULL));
  EXPECT(bw_register_error(NULL, NULL));
  const size_t before = length;
  struct child_outcome outcome = run_child(misuse, NULL);
  EXPECT(!strncmp(outcome.text, "bulwark: double free of 0x", 26));
  EXPECT(length == before && calls == 1);
}

static int beats, forced;
static uint64_t last_beat;

static void on_slow_path(bool force, uint64_t heartbeat, void *context) {
  EXPECT(context == (void *)9);
  EXPECT(heartbeat > last_beat);
  last_beat = heartbeat;
  beats++;
  forced += force;
  // What it does itself does not call it again.
  const int now = beats;
  free(malloc(3 << 20));
  EXPECT_EQUAL(beats, now);
}

static void deferred(void) {
  EXPECT(bw_register_deferred_free(on_slow_path, (void *)9));
  for (int i = 0; i < 10; i++) free(malloc(3 << 20));
  EXPECT_AT_LEAST(beats, 10);
  EXPECT_EQUAL(forced, 0);
  bw_collect(true);
  EXPECT_EQUAL(forced, 1);
  EXPECT(bw_register_deferred_free(NULL, NULL));
  const int before = beats;
  bw_collect(true);
  free(malloc(3 << 20));
  EXPECT_EQUAL(beats, before);
  // More registrations than there are entries.
  errno = 0;
  int count = 0;
  while (count < 100 && bw_register_deferred_free(on_slow_path, (void *)9)) count++;
  EXPECT_IN(count == 19 && errno == EAGAIN, "%d, errno %d", count, errno);
  EXPECT(bw_register_deferred_free(NULL, NULL));
}

static void done(void) {
  void *block = malloc(100);
  bw_thread_done();
  void *other = malloc(100);
  EXPECT(block != other);
  free(block);
  free(other);
  EXPECT_AT_LEAST(bw_purge() + 1, 1);
}

int main(int count, char **arguments) {
  if (count == 1) {
    setenv("BULWARK_OPTIONS", "on_violation=report:violation_status=0", 1);
    execl("/proc/self/exe", arguments[0], "again", NULL);
    return 4;
  }
  expect_start();
  if (!is_variant("release")) violations();
  deferred();
  done();
  return expect_end();
}
