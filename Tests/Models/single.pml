// Pages of one block (large, huge), which nobody owns: Allocator.deallocateSingle and resizeSingle
// (Sources/Core/Heap/Allocator+Single.swift), Page.claim and retire (Model/Page+Remote.swift). One thread resizes the block
// and frees it; another one may free it at any time: a double free. Then the descriptor begins a new life.
//
// (1) Of all frees of a block exactly one succeeds; the others are reported.
// (2) While a thread moves the block's memory, nobody else gives it back.
// (3) A life that was ended is not ended again.
//
// twin: PLAIN_CLAIM    claim loads and stores in place of a swap; breaks (1)
// twin: NO_CLAIM       resizeSingle moves what it did not claim; breaks (2)
// twin: NO_RETIREMENT  the page stays in use after its free, until it is used again; breaks (3)

#include "word.pml"

short threadFree = IN_USE | UNOWNED;
bool isMoving;
byte frees, reports;
bool isGone;  // ghost: the memory was given back

inline claim() {
#ifdef PLAIN_CLAIM
  old = threadFree;
  passes = HAS(old, IN_USE) && HAS(old, UNOWNED);
  if :: passes -> threadFree = WITHOUT(old, UNOWNED) :: else fi
#else
  atomic {
    passes = HAS(threadFree, IN_USE) && HAS(threadFree, UNOWNED);
    if :: passes -> threadFree = WITHOUT(threadFree, UNOWNED) :: else fi
  }
#endif
}

inline freeBlock() {
  claim();
  if
  :: passes ->
     assert(!isMoving);  // (2)
     assert(!isGone);  // (1) (3)
     isGone = true;
#ifdef NO_RETIREMENT
     threadFree = threadFree | UNOWNED;
#else
     threadFree = RETIRED(threadFree);
#endif
     frees++
  :: else -> reports++
  fi
}

active proctype User() {
  short old;
  bool passes;
  // resizeSingle
#ifdef NO_CLAIM
  passes = true;
#else
  claim();
#endif
  if
  :: passes ->
     assert(!isGone);  // (2)
     isMoving = true;
     isMoving = false;
     threadFree = threadFree | UNOWNED
  :: else -> skip  // it is copied, which the other's free makes a use after free
  fi;
  freeBlock()
}

active proctype Other() {
  short old;
  bool passes;
  freeBlock();
  (frees + reports == 2);
  assert(frees == 1 || reports == 2 && !isGone);  // (1)
  assert(HAS(threadFree, IN_USE) == (frees == 0))
}
