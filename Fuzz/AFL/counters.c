// Lets AFL++ drive the harnesses as they are compiled for libFuzzer: its runtime knows guards, Swift's compiler writes counters, a byte
// for each edge. After each input the counters go where AFL++ looks. Linked by scripts/fuzz --afl with AFL++'s libAFLDriver in
// libFuzzer's place.
#include <stddef.h>
#include <stdint.h>

enum { MOST_MODULES = 4096, AREA_BYTES = 1 << 16 };

extern unsigned char *__afl_area_ptr;
static struct {
  uint8_t *start, *stop;
} modules[MOST_MODULES];
static unsigned count;

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop) {
  for (unsigned i = 0; i < count; i++)
    if (modules[i].start == start) return;
  if (start == stop || count == MOST_MODULES) return;
  modules[count].start = start, modules[count].stop = stop;
  count++;
}
// What AFL++ has no use for.
void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *stop) { (void)start, (void)stop; }
void __sanitizer_cov_trace_pc_indir(uintptr_t callee) { (void)callee; }
__thread uintptr_t __sancov_lowest_stack;

int __real_LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byteCount);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byteCount) {
  for (unsigned i = 0; i < count; i++)
    for (uint8_t *counter = modules[i].start; counter < modules[i].stop; counter++) *counter = 0;
  int result = __real_LLVMFuzzerTestOneInput(bytes, byteCount);
  size_t edge = 0;
  for (unsigned i = 0; i < count; i++)
    for (uint8_t *counter = modules[i].start; counter < modules[i].stop; counter++, edge++)
      if (*counter) __afl_area_ptr[edge % AREA_BYTES] = *counter;
  return result;
}
