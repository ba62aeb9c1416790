// zlib, CVE-2002-0059. When a block's code lengths are wrong, inflate frees the lengths and goes to the state for errors,
// from which the end of the stream frees them again.
#include "historic.h"

enum mode { reading_lengths, reading_codes, failed };
struct stream {
  enum mode mode;
  unsigned *lengths;
};

APART int build_tree(const unsigned *lengths, int count) {
  int room = 1 << 7;
  for (int i = 0; i < count; i++)
    if (lengths[i]) room -= 1 << (7 - lengths[i]);
  return room < 0 ? -1 : 0;
}

APART void inflate_lengths(struct stream *stream, bool fixed) {
  stream->lengths = calloc(19, sizeof *stream->lengths);
  for (int i = 0; i < 19; i++) stream->lengths[i] = 1;
  if (build_tree(stream->lengths, 19) < 0) {
    free(stream->lengths);
    if (fixed) stream->lengths = NULL;
    stream->mode = failed;
    after++;
    return;
  }
  stream->mode = reading_codes;
}

APART void end_stream(struct stream *stream) {
  free(stream->lengths);
  stream->lengths = NULL;
  after++;
}

int main(int count, char **arguments) {
  struct stream stream = {reading_lengths, NULL};
  inflate_lengths(&stream, is_fixed(count, arguments));
  end_stream(&stream);
  return 0;
}
