// malloc_info: a well-formed XML document whose root is <malloc version="…">; options other than 0 are EINVAL.
#include "expect.h"
#include <ctype.h>
#include <errno.h>
#include <malloc.h>

// True if every tag is closed in order and no character stands outside the one root. Enough XML for this document.
static int is_well_formed(const char *text) {
  char open[32][64];
  int depth = 0, roots = 0;
  while (*text) {
    if (*text != '<') {
      if (*text == '&' || *text == '>' || (depth == 0 && !isspace((unsigned char)*text))) return 0;
      text++;
      continue;
    }
    const char *end = strchr(text, '>');
    if (!end) return 0;
    int closing = text[1] == '/', empty = end[-1] == '/', declaration = text[1] == '?';
    const char *name = text + 1 + closing;
    size_t length = strcspn(name, " \t\n/>");
    int quotes = 0;
    for (const char *c = text; c < end; c++) quotes += *c == '"';
    if (length == 0 || length >= sizeof open[0] || quotes % 2) return 0;
    text = end + 1;
    if (declaration) continue;
    if (closing) {
      if (depth == 0 || strlen(open[depth - 1]) != length || strncmp(open[depth - 1], name, length)) return 0;
      depth--;
    } else {
      if (depth == 0 && ++roots > 1) return 0;
      if (empty) continue;
      if (depth == 32) return 0;
      memcpy(open[depth], name, length);
      open[depth++][length] = 0;
    }
  }
  return depth == 0 && roots == 1;
}

// The number that an attribute has in the element that begins at `element`.
static size_t attribute(const char *element, const char *name) {
  char text[64];
  snprintf(text, sizeof text, " %s=\"", name);
  const char *found = strstr(element, text);
  if (!found || found > strchr(element, '>')) return SIZE_MAX;
  return strtoul(found + strlen(text), NULL, 10);
}

// The sizes ascend without overlap, and the one whose blocks hold 1,000 bytes counts those that are held here.
static void look_at_sizes(const char *text, size_t held) {
  size_t last = 0, counted = 0, sizes = 0;
  for (const char *size = strstr(text, "<size "); size; size = strstr(size + 1, "<size ")) {
    size_t from = attribute(size, "from"), to = attribute(size, "to"), used = attribute(size, "used_count");
    EXPECT_AT_LEAST(from, last + 1);
    EXPECT_AT_LEAST(to, from);
    EXPECT_EQUAL(attribute(size, "total"), attribute(size, "count") * to);
    EXPECT_EQUAL(attribute(size, "used_size"), used * to);
    EXPECT_AT_LEAST(attribute(size, "pages"), used != 0);
    if (to >= 1000 && to <= 1152) counted += used;
    last = to;
    sizes++;
  }
  EXPECT_AT_LEAST(sizes, 2);
  // Sampled blocks are in no size: one in 5,000 by default.
  EXPECT_AT_LEAST(counted + 5, held);
  EXPECT_AT_MOST(counted, held + 100);
}

int main(void) {
  expect_start();
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  REQUIRE(stream != NULL);
  EXPECT_EQUAL(malloc_info(1, stream), EINVAL);
  EXPECT_EQUAL(malloc_info(-1, stream), EINVAL);
  fflush(stream);
  EXPECT_EQUAL(size, 0);
  static void *held[500];
  for (int i = 0; i < 500; i++) REQUIRE(held[i] = malloc(1000));
  EXPECT_EQUAL(malloc_info(0, stream), 0);
  fclose(stream);
  EXPECT_IN(strstr(text, "<malloc version=\"") != NULL, "the document begins: %.60s", text);
  EXPECT_IN(is_well_formed(text), "the document begins: %.100s", text);
  look_at_sizes(text, 500);
  for (int i = 0; i < 500; i++) free(held[i]);
  free(text);
  return expect_end();
}
