// See the header.
#include "CTestSupport.h"

static _Thread_local struct bw_fault_plan *followed;

struct bw_fault_plan *bw_fault_plan_of_thread(void) { return followed; }
void bw_test_follow_plan(struct bw_fault_plan *plan) { followed = plan; }
