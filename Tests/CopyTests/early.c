// What early_library's constructor found.
#include "../ABITests/expect.h"

extern int early_mistakes;

int main(void) {
  expect_start();
  EXPECT_EQUAL(early_mistakes, 0);
  return expect_end();
}
