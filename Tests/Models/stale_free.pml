// A second free of a block by another thread, while the page is emptied by the first one, retired and made anew for another
// size: Allocator.deallocateRemotely (Sources/Core/Heap/Heap+Deallocate.swift), Page.pushRemotely and retire
// (Model/Page+Remote.swift), Page.setUpBlocks (Model/Page+Setup.swift). One descriptor in two lives; the address of the
// stale free is block 1 of the first life, and in the second block 2, or no block's start.
//
// (1) What a free pushes is the number of the block that starts at its address, in the life that it is pushed into.
// (2) A free pushes into the life that it looked at first, or not at all.
// (3) A stale free that does not push is reported; in a life that it did not see from its beginning to its end, none
//     pushes.
// (4) A life ends only when all of its blocks came back, and begins with no block waiting.
//
// The free that falls into the second life wholly frees that life's block: nothing can tell it from a free of that block.
//
// No store buffers: a new life's fields are stored before the swap that sets isInUse, by Page.open.
//
// twin: NO_LIFE        the push compares no generations; breaks (1)
// twin: LIFE_LATE      the generation is loaded after the number was computed; breaks (1)
// twin: OPEN_EARLY     isInUse is set before the fields; breaks (1)
// twin: RETIRE_BLINDLY retire does not look at the list; breaks (4)

#include "word.pml"

short threadFree = IN_USE;
byte size = 1;  // which life's geometry the fields have
bool live[3];
bool remoteFreed[3];
byte used = 1;
bool secondFits;  // in the second life a block starts at the address
bool isReported;
bool isOver;  // the stale free

// The number of the block at the address; 0: none.
#define NUMBER (size == 1 -> 1 : (size == 2 && secondFits -> 2 : 0))

inline collect() {
  atomic {
    old = threadFree;
    threadFree = WITH_HEAD(old, 0);
    number = HEAD(old)
  };
  if
  :: number != 0 ->
     atomic {
       passes = live[number] && remoteFreed[number];
       live[number] = false;
       remoteFreed[number] = false
     };
     if :: passes -> used-- :: else -> isReported = true fi  // unreached: see above
  :: else
  fi
}

proctype Owner() {
  short old;
  byte number;
  bool passes;
  if :: secondFits = true :: secondFits = false fi;
  // The first free of block 1, by its owner.
  atomic { passes = live[1] && !remoteFreed[1]; if :: passes -> live[1] = false :: else fi };
  if
  :: passes -> used = 0
  :: else -> isReported = true; (HEAD(threadFree) != 0); collect()
  fi;
  // Heap.release
  do
  :: atomic {
       old = threadFree;
       if
#ifndef RETIRE_BLINDLY
       :: HEAD(old) != 0 -> passes = false
#endif
       :: else -> assert(HEAD(old) == 0); threadFree = RETIRED(old); passes = true  // (4)
       fi
     };
     if :: passes -> break :: else -> collect() fi
  od;
  // The next life; the arena's lock passed the run on.
  remoteFreed[1] = false; remoteFreed[2] = false;
#ifdef OPEN_EARLY
  threadFree = threadFree | IN_USE;
#endif
  size = 0;  // half written
  size = 2;
#ifndef OPEN_EARLY
  threadFree = threadFree | IN_USE;
#endif
  assert(HEAD(threadFree) == 0 || LIFE(threadFree) == 1);  // (4)
  live[1] = true; live[2] = true;
  used = 2;
  if :: collect() :: skip fi;
  (isOver);
  collect();
  assert(isReported || used == 1)  // (3)
}

proctype Stale() {
  short first, old;
  byte number;
  bool done, seen;
#ifndef LIFE_LATE
  first = threadFree;
  if :: !HAS(first, IN_USE) -> isReported = true; goto ended :: else fi;
#endif
  number = NUMBER;
  if :: number == 0 -> isReported = true; goto ended :: else fi;
#ifdef LIFE_LATE
  first = threadFree;
#endif
  // claimRemotely
  if :: !live[number] -> isReported = true; goto ended :: else fi;
  atomic { seen = remoteFreed[number]; remoteFreed[number] = true };
  if :: seen -> isReported = true; goto ended :: else fi;  // unreached: the owner's free sets no such bit
  do
  :: old = threadFree;
     if :: !HAS(old, IN_USE) -> isReported = true; break :: else fi;
#ifndef NO_LIFE
     if :: LIFE(old) != LIFE(first) -> isReported = true; break :: else fi;
#endif
     atomic {
       if
       :: threadFree == old ->
          assert(number == NUMBER);  // (1)
          assert(LIFE(old) == LIFE(first));  // (2) (3)
          threadFree = WITH_HEAD(old, number);
          done = true
       :: else -> done = false
       fi
     };
     if :: done -> break :: else fi
  od;
ended:
  isOver = true
}

init { atomic { live[1] = true; run Owner(); run Stale() } }
