// Frees by other threads, and the owner's collection: Page.pushRemotely (Sources/Core/Model/Page+Remote.swift) and
// Page.collectThreadFree (Page+Blocks.swift), with the links through the blocks. A correct program: each block is freed
// once.
//
// (1) A block is handed out only while nobody holds it and it is on no list.
// (2) No block is lost: when all is quiet, the owner's last collection has every block.
// (3) Nobody reports anything.
//
// No store buffers: a link is stored before the swap that publishes it, and read after the swap that took the list.
//
// twin: PLAIN_PUSH      the pusher stores the word instead of swapping it; breaks (2)
// twin: PLAIN_COLLECT   the owner clears the head by a store; breaks (2)
// twin: LINK_LATE       the link is stored after the swap; breaks (1) or (2)
// twin: STALE_LINK      the link is stored once, not at each attempt; breaks (2)
// twin: NO_SETTLE       collection leaves the state bits as they are; breaks (3)

#include "word.pml"

#define BLOCKS 3
#define FREERS 2
#define ROUNDS 4

short threadFree = IN_USE;
byte link[BLOCKS + 1];
bool live[BLOCKS + 1];
bool remoteFreed[BLOCKS + 1];
bool isAvailable[BLOCKS + 1] = true;  // the owner's own
bool isHeld[BLOCKS + 1];  // ghost: in a user's hands
chan handed = [BLOCKS] of { byte };
byte freers = FREERS;

inline collect() {
  do
  :: old = threadFree;
#ifdef PLAIN_COLLECT
     threadFree = WITH_HEAD(old, 0); break
#else
     swap(threadFree, old, WITH_HEAD(old, 0), done);
     if :: done -> break :: else fi
#endif
  od;
  number = HEAD(old);
  do
  :: number == 0 -> break
  :: else ->
     next = link[number];
     // BlockStates.settle
     atomic {
       assert(live[number] && remoteFreed[number] && !isAvailable[number]);  // (1) (3)
#ifndef NO_SETTLE
       remoteFreed[number] = false;
       live[number] = false;
#endif
     }
     isAvailable[number] = true;
     number = next
  od
}

active proctype Owner() {
  short old;
  byte number, next, round;
  bool done;
  do
  :: round < ROUNDS ->
     round++;
     if
     :: select(number: 1 .. BLOCKS);
        if
        :: isAvailable[number] ->
           isAvailable[number] = false;
           atomic {
             assert(!live[number] && !remoteFreed[number]);  // BlockStates.markLive: (3)
             live[number] = true;
             assert(!isHeld[number]);  // (1)
             isHeld[number] = true
           }
           handed ! number
        :: else
        fi
     :: HEAD(threadFree) != 0 -> collect()
     fi
  :: round == ROUNDS -> break
  od;
  handed ! 0;
  handed ! 0;
  (freers == 0);
  collect();
  assert(isAvailable[1] && isAvailable[2] && isAvailable[3])  // (2)
}

active [FREERS] proctype Freer() {
  short old, new;
  byte number;
  bool done;
  do
  :: handed ? number ->
     if :: number == 0 -> break :: else fi;
     atomic {
       assert(live[number] && !remoteFreed[number]);  // BlockStates.claimRemotely: (3)
       remoteFreed[number] = true;
       isHeld[number] = false
     }
#ifdef STALE_LINK
     link[number] = HEAD(threadFree);
#endif
     do
     :: old = threadFree;
#if !defined(LINK_LATE) && !defined(STALE_LINK)
        link[number] = HEAD(old);
#endif
        new = WITH_HEAD(old, number);
#ifdef PLAIN_PUSH
        threadFree = new; done = true;
#else
        swap(threadFree, old, new, done);
#endif
        if
        :: done ->
#ifdef LINK_LATE
           link[number] = HEAD(old);
#endif
           break
        :: else
        fi
     od
  od;
  freers--
}
