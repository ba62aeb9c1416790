// The definitions behind tls.h and storage.h.
#include "CBulwark.h"

_Thread_local struct bw_thread bw_thread;
unsigned char bw_allocator_storage[BW_ALLOCATOR_BYTES];
