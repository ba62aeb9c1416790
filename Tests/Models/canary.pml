// Who writes and who reads a block's seal: Page.pushRemotely (Sources/Core/Model/Page+Remote.swift), examine, claim,
// isFrontIntact and clearPadding (Page+Canary.swift), Page.collectThreadFree (Page+Blocks.swift). Two neighbours: the front
// block is freed by another thread, or by the owner; the owner frees the block behind it, and looks at the front block's
// seal then.
//
// (1) In a correct program nothing is reported: while a block is kept (its live bit is set) its seal is whole, and while it
//     is not, the seal is zero; at every instant at which somebody looks.
// (2) An overflow of the front block over its seal is reported, whoever frees first.
// (3) A free block is all zeros when it is handed out again.
//
// No store buffers: the owner alone writes seals and live bits, so he sees his own in order; the other thread reads the
// seal of a block that was passed to it, after which nobody writes the seal until the push.
//
// twin: REMOTE_ZEROES_SEAL   the other thread's free zeroes the whole block; breaks (1)
// twin: REMOTE_ENDS_LIFE     the other thread's free clears the live bit; breaks (1)
// twin: SEAL_LATE            malloc writes the seal after the block was passed on; breaks (1)
// twin: NOBODY_LOOKS         neither free looks at the seal; breaks (2)
// twin: NO_CLEAR             collection leaves the seal; breaks (3)

#define WHOLE 1
#define BROKEN 2

byte seal = 0;
bool text;  // the user's bytes are not zero
bool live;  // the front block
bool remoteFreed;
bool isWaiting;  // on threadFree
bool isAvailable = true;
bool overflows;
bool isPassedOn;
bool isReported;
bool isFreed;

inline report() { atomic { assert(overflows); isReported = true } }  // (1)

inline freeBehind() {
  // isFrontIntact
  seenLive = live;
  seenSeal = seal;
  if
  :: seenLive && seenSeal != WHOLE -> report()
  :: !seenLive && seenSeal != 0 -> report()
  :: else
  fi
}

inline clearPadding() {
#ifndef NOBODY_LOOKS
  if :: seal != WHOLE -> report() :: else fi;
#endif
#ifndef NO_CLEAR
  seal = 0
#endif
}

inline collect() {
  atomic { isWaiting -> isWaiting = false };
  assert(live && remoteFreed);
  remoteFreed = false;
  live = false;
  clearPadding();
  isAvailable = true
}

active proctype Owner() {
  bool seenLive;
  byte seenSeal, round;
  if :: overflows = true :: overflows = false fi;
  do
  :: round < 2 ->
     // malloc
     isAvailable = false;
     assert(!text && seal == 0 || overflows);  // (3)
     live = true;
#ifdef SEAL_LATE
     isPassedOn = true;
#endif
     seal = WHOLE;
#ifndef SEAL_LATE
     isPassedOn = true;
#endif
     do
     :: freeBehind()
     :: isWaiting -> collect(); break
     :: atomic { isPassedOn -> isPassedOn = false };
        // The owner's thread uses and frees it: claim
        text = true;
        if :: overflows -> seal = BROKEN :: else fi;
        live = false;
#ifndef NOBODY_LOOKS
        if :: seal != WHOLE -> report() :: else fi;
#endif
        text = false;
        seal = 0;
        isAvailable = true;
        break
     od;
     freeBehind();
     round++
  :: else -> break
  od;
  isFreed = true;
  assert(!overflows || isReported)  // (2)
}

active proctype Other() {
  bool seen;
  do
  :: atomic { isPassedOn -> isPassedOn = false };
     text = true;
     if :: overflows -> seal = BROKEN :: else fi;
     // claimRemotely
     assert(live);
     atomic { assert(!remoteFreed); remoteFreed = true };
#ifdef REMOTE_ENDS_LIFE
     live = false;
#endif
#ifndef NOBODY_LOOKS
     if :: seal != WHOLE -> report() :: else fi;
#endif
     text = false;
#ifdef REMOTE_ZEROES_SEAL
     seal = 0;
#endif
     isWaiting = true
  :: isFreed -> break
  od
}
