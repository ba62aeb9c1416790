// See the header.
#include "CTestSupport.h"

void __wrap___tsan_external_write(void *address, void *caller, void *tag) { (void)address, (void)caller, (void)tag; }
