// Leaks on request. In C for the registers: a block that the caller keeps in one is in use.
#include "CBulwark.h"

__attribute__((visibility("default"), noinline)) size_t bw_api_report_leaks(void) {
  __builtin_unwind_init();  // stores the registers that calls preserve in this frame
  size_t result = bw_life_report_leaks();
  __asm__ volatile("" : "+r"(result));  // no jump in place of the call: the frame stays
  return result;
}
