// android-gif-drawable, CVE-2019-11932. A frame of no pixels makes realloc free the pixels' memory; the null pointer that it
// returns is taken for a failure, the old pointer stays, and the next such frame frees it again.
#include "historic.h"

struct image {
  unsigned char *pixels;
  size_t size;
};

APART void next_frame(struct image *image, size_t width, size_t height, bool fixed) {
  size_t size = width * height;
  if (size == image->size) return;
  if (fixed && size == 0) return;
  unsigned char *pixels = realloc(image->pixels, size);
  if (!pixels) return;
  image->pixels = pixels;
  image->size = size;
}

int main(int count, char **arguments) {
  bool fixed = is_fixed(count, arguments);
  struct image image = {NULL, 0};
  next_frame(&image, 16, 16, fixed);
  next_frame(&image, 0, 16, fixed);
  next_frame(&image, 16, 0, fixed);
  if (fixed) free(image.pixels);
  return 0;
}
