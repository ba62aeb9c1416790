// bw_register_… and bw_heap_visit: in C, where functions' types become plain pointers.
#include "CBulwark.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT bool bw_api_register_error(bw_error_hook *hook, void *context) {
  return bw_register_hook(BW_HOOK_ERROR, (void *)hook, context);
}
EXPORT bool bw_api_register_output(bw_output_hook *hook, void *context) {
  return bw_register_hook(BW_HOOK_OUTPUT, (void *)hook, context);
}
EXPORT bool bw_api_register_deferred_free(bw_deferred_free_hook *hook, void *context) {
  return bw_register_hook(BW_HOOK_DEFERRED, (void *)hook, context);
}

EXPORT bool bw_api_heap_visit(bw_heap *heap, bw_block_visitor *visitor, void *context) {
  return bw_visit_heap((uintptr_t)heap, (void *)visitor, context);
}
