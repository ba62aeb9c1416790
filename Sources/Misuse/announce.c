// What a scenario tells the runner: lines on stderr, in order with those of the library's report.
#define _GNU_SOURCE  // gettid
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

static char *append(char *end, const char *text) {
  size_t length = strlen(text);
  memcpy(end, text, length);
  return end + length;
}

static char *append_number(char *end, uintptr_t number, unsigned base) {
  char digits[24];
  int count = 0;
  do digits[count++] = "0123456789abcdef"[number % base]; while (number /= base);
  while (count) *end++ = digits[--count];
  return end;
}

static void send(const char *line, char *end) {
  *end++ = '\n';
  if (write(2, line, (size_t)(end - line)) < 0) _exit(9);
}

void give_up(const char *why) {
  char line[200];
  send(line, append(append(line, "misuse: gave up: "), why));
  _exit(9);
}

static void about(const char *kind, const void *address, size_t bytes, size_t room) {
  char line[200], *end = append(append(line, "misuse: about "), kind);
  end = append_number(append(end, " 0x"), (uintptr_t)address, 16);
  end = append_number(append(end, " "), bytes, 10);
  send(line, append_number(append(end, " "), room, 10));
}

// The room of a block, as the documentation of the size classes has it: multiples of 16 up to 128, then eight steps to
// each doubling, up to 128 KiB; 8 bytes less for the canary. Above, what was requested.
static size_t room(size_t bytes, size_t alignment) {
  if (bytes + 8 > 128 << 10) return bytes;
  for (size_t step = 16, class = 16;; class += step) {
    if (class > 8 * step * 2 - 1) step *= 2;
    if (class >= bytes + 8 && class % (alignment ? alignment : 16) == 0) return class - 8;
  }
}

void about_exactly(const char *block, size_t bytes) { about("block", block, bytes, bytes); }
void about_bytes(const char *block, size_t bytes) { about("block", block, bytes, room(bytes, 0)); }
void about_block(const char *block, const struct scenario *s) {
  about("block", block, s->bytes, s->bytes || s->size->alignment ? room(s->bytes, s->size->alignment) : 0);
}
void about_inside(const char *address, const struct scenario *s) {
  about("inside", address, s->bytes, room(s->bytes, s->size->alignment));
}
void about_foreign(const void *address) { about("foreign", address, 0, 0); }

void about_this_thread(void) {
  char line[200];
  send(line, append_number(append(line, "misuse: thread "), (uintptr_t)gettid(), 10));
}

void about_any_thread(void) {
  char line[200];
  send(line, append(line, "misuse: thread any"));
}
