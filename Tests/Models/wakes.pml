// Full pages and the owner's wake list: Page.becomeFull and pushRemotely (Sources/Core/Model/Page+Remote.swift),
// Allocator.wakeOwner (Sources/Core/Heap/Heap+Deallocate.swift), Heap.takeWakes and makeAvailable
// (Heap+Housekeeping.swift). Two pages of one block, whose owner hands the blocks to two threads that free them; the owner
// may put either page aside whenever its block is out.
//
// (1) A page is on the wake list once at most, and not while its `wakeNext` may still be written.
// (2) No wake is lost: when all is quiet, a page that is put aside has no block waiting, or is on the wake list.
//
// No store buffers: `wakeNext` is stored before the swap of `wakes`, and all else that another thread reads is swapped.
//
// twin: WANTS_BLINDLY        becomeFull sets wantsWake though a block waits; breaks (2)
// twin: WANTS_WHILE_WAKING   becomeFull does not ask for isWaking; breaks (1)
// twin: PLAIN_WAKES          the wake list's head is stored, not swapped; breaks (2)

#include "word.pml"

#define PAGES 2

short threadFree[PAGES + 1] = IN_USE;
byte wakes;  // the list's first page
byte wakeNext[PAGES + 1];
bool isFull[PAGES + 1];  // the owner's own: the page is put aside
bool isOut[PAGES + 1];  // ghost: its block is not the owner's
byte timesListed[PAGES + 1];  // ghost
chan handed = [PAGES] of { byte };
byte freers = 2;

inline takeWakes() {
  atomic { entry = wakes; wakes = 0 };
  do
  :: entry == 0 -> break
  :: else ->
     taken = entry;
     timesListed[taken]--;
     entry = wakeNext[taken];
     do
     :: old = threadFree[taken];
        swap(threadFree[taken], old, WITHOUT(old, WAKING), done);
        if :: done -> break :: else fi
     od;
     if
     :: isFull[taken] -> becomeAvailable(taken); collect(taken)
     :: else
     fi
  od
}

inline becomeAvailable(which) {
  isFull[which] = false;
  do
  :: old = threadFree[which];
     swap(threadFree[which], old, WITHOUT(old, WANTS), done);
     if :: done -> break :: else fi
  od
}

inline collect(which) {
  do
  :: old = threadFree[which];
     swap(threadFree[which], old, WITH_HEAD(old, 0), done);
     if
     :: done -> if :: HEAD(old) != 0 -> isOut[which] = false :: else fi; break
     :: else
     fi
  od
}

active proctype Owner() {
  short old;
  byte page, entry, taken, round;
  bool done;
  do
  :: round < 7 ->
     round++;
     if
     :: select(page: 1 .. PAGES);
        if
        :: !isOut[page] && !isFull[page] -> isOut[page] = true; handed ! page
        :: isOut[page] && !isFull[page] ->
           // becomeFull
           do
           :: old = threadFree[page];
              if
#ifndef WANTS_BLINDLY
              :: HEAD(old) != 0 -> break
#endif
#ifndef WANTS_WHILE_WAKING
              :: HAS(old, WAKING) -> break
#endif
              :: else ->
                 swap(threadFree[page], old, old | WANTS, done);
                 if :: done -> isFull[page] = true; break :: else fi
              fi
           od
        :: isOut[page] && !isFull[page] -> collect(page)
        // As if it had freed another block of the page itself (Heap.attend).
        :: isFull[page] -> becomeAvailable(page)
        :: else
        fi
     :: takeWakes()
     fi
  :: round == 7 -> break
  od;
  handed ! 0;
  handed ! 0;
  (freers == 0);
  takeWakes();
  page = 1;
  do
  :: page > PAGES -> break
  :: else ->
     assert(!isFull[page] || !isOut[page]);  // (2)
     assert(timesListed[page] == 0 && !HAS(threadFree[page], WAKING));
     page++
  od
}

active [2] proctype Freer() {
  short old, new;
  byte page, head;
  bool done;
  do
  :: handed ? page ->
     if :: page == 0 -> break :: else fi;
     do
     :: old = threadFree[page];
        new = WITHOUT(WITH_HEAD(old, 1), WANTS);
        if :: HAS(old, WANTS) -> new = new | WAKING :: else fi;
        swap(threadFree[page], old, new, done);
        if :: done -> break :: else fi
     od;
     if
     :: HAS(old, WANTS) ->
        do
        :: head = wakes;
           assert(timesListed[page] == 0);  // (1)
           wakeNext[page] = head;
           atomic {
             if
#ifdef PLAIN_WAKES
             :: true ->
#else
             :: wakes == head ->
#endif
                wakes = page; timesListed[page]++; break
             :: else
             fi
           }
        od
     :: else
     fi
  od;
  freers--
}
