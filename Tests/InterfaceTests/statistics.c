// Statistics as numbers, text and JSON, which say the same; and what the kernel says of the process.
#include "bulwark.h"
#include "expect.h"
#include <time.h>

static struct bw_statistics read_all(void) {
  struct bw_statistics now;
  EXPECT_EQUAL(bw_statistics_read(&now, sizeof now), sizeof now);
  return now;
}

static void numbers(void) {
  enum { count = 1000 };
  void *blocks[count];
  struct bw_statistics before = read_all();
  for (int i = 0; i < count; i++) blocks[i] = malloc(1000);
  void *large = malloc(300 << 10), *huge = malloc(20 << 20);
  struct bw_statistics now = read_all();
  EXPECT_AT_LEAST(now.live_count, before.live_count + count);
  EXPECT_AT_LEAST(now.live_bytes, before.live_bytes + count * 1000);
  EXPECT_EQUAL(now.large_count, before.large_count + 1);
  EXPECT_AT_LEAST(now.large_bytes, before.large_bytes + (300 << 10));
  EXPECT_EQUAL(now.huge_count, before.huge_count + 1);
  EXPECT_AT_LEAST(now.huge_bytes, before.huge_bytes + (20 << 20));
  EXPECT_AT_LEAST(now.committed_bytes, now.live_bytes);
  EXPECT(now.metadata_bytes > 0);
  EXPECT((now.guard_count > 0) == !is_variant("release"));
  for (int i = 0; i < count; i++) free(blocks[i]);
  free(large);
  free(huge);
  struct bw_statistics after = read_all();
  EXPECT_EQUAL(after.huge_count, before.huge_count);
  EXPECT_AT_MOST(after.live_count, before.live_count + 10);
  // A program that knows fewer fields.
  struct bw_statistics part;
  memset(&part, 0x55, sizeof part);
  EXPECT_EQUAL(bw_statistics_read(&part, 20), 16);
  EXPECT(part.live_bytes != 0x5555555555555555 && part.free_count == 0x5555555555555555);
}

static size_t number_of(const char *text, const char *name) {
  const char *found = strstr(text, name);
  REQUIRE(found);
  return strtoull(found + strlen(name), NULL, 10);
}

static void texts(void) {
  void *block = malloc(777);
  char buffer[16384];
  size_t length = bw_statistics_text(buffer, sizeof buffer);
  EXPECT_EQUAL(length, strlen(buffer));
  struct bw_statistics now = read_all();
  EXPECT_EQUAL(number_of(buffer, "live_count "), now.live_count);
  EXPECT_EQUAL(number_of(buffer, "metadata_bytes "), now.metadata_bytes);
  EXPECT(strstr(buffer, "\nclass "));
  EXPECT_EQUAL(bw_statistics_text(NULL, 0), length);
  char small[20];
  memset(small, 1, sizeof small);
  EXPECT_EQUAL(bw_statistics_text(small, 10), length);
  EXPECT(strlen(small) == 9 && !strncmp(small, buffer, 9) && small[10] == 1);
  length = bw_statistics_json(buffer, sizeof buffer);
  EXPECT_EQUAL(length, strlen(buffer));
  EXPECT(buffer[0] == '{' && buffer[length - 1] == '}' && !strchr(buffer, '\n'));
  EXPECT_EQUAL(number_of(buffer, "\"live_count\":"), now.live_count);
  EXPECT(strstr(buffer, bw_variant()));
  free(block);
  fputs(buffer, stdout);
}

static void process(void) {
  struct bw_process_info info;
  EXPECT_EQUAL(bw_process_info_read(&info, sizeof info), sizeof info);
  EXPECT(info.resident_bytes > 100000 && info.peak_resident_bytes >= info.resident_bytes / 2);
  EXPECT(info.virtual_bytes > info.resident_bytes);
  EXPECT(info.minor_faults > 10);
  const struct timespec pause = {0, 60000000};
  nanosleep(&pause, NULL);
  struct bw_process_info later;
  bw_process_info_read(&later, sizeof later);
  EXPECT_AT_LEAST(later.elapsed_ms, info.elapsed_ms + 40);
  EXPECT_AT_MOST(later.elapsed_ms, 3600000);
  EXPECT_EQUAL(bw_process_info_read(&later, 8), 8);
}

int main(void) {
  expect_start();
  numbers();
  texts();
  process();
  return expect_end();
}
