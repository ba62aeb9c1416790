// The steps of scenarios that touch a block, as functions that a report's backtrace can name.
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

// C23's; not in every libc, but in every variant.
__attribute__((weak)) void free_sized(void *block, size_t bytes);

#define STEP __attribute__((noipa)) void

STEP allocate_block(char *block, size_t number) {
  (void)block;
  free(OPAQUE(malloc(number)));
}

STEP free_block(char *block, size_t number) {
  (void)number;
  free(OPAQUE(block));
}

STEP free_with_size(char *block, size_t number) {
  if (free_sized) free_sized(OPAQUE(block), OPAQUE(number)); else free(block);
}

STEP reallocate_block(char *block, size_t number) { (void)OPAQUE(realloc(OPAQUE(block), OPAQUE(number))); }

STEP ask_usable_size(char *block, size_t number) {
  (void)number;
  (void)OPAQUE(malloc_usable_size(OPAQUE(block)));
}

STEP flip_byte(char *block, size_t number) {
  volatile char *byte = OPAQUE(block) + number;
  *byte ^= 0x55;
}

STEP clear_byte(char *block, size_t number) {
  volatile char *byte = OPAQUE(block) + number;
  *byte = 0;
}

STEP read_byte(char *block, size_t number) {
  volatile char *byte = OPAQUE(block) + number;
  (void)OPAQUE(*byte);
}

STEP put_nul(char *block, size_t number) {
  volatile char *byte = OPAQUE(block) + number;
  *byte = 0;
}

STEP put_letter(char *block, size_t number) {
  volatile char *byte = OPAQUE(block) + number;
  *byte = 'A';
}

STEP fill_bytes(char *block, size_t number) {
  volatile char *bytes = OPAQUE(block);
  for (size_t i = 0; i < number; i++) bytes[i] = (char)0xff;
}
