// The two state bits of a block that is freed by several threads at once: BlockStates
// (Sources/Core/Hardening/BlockStates.swift) claimByOwner, claimRemotely, settle, markLive; as free, Page.collectThreadFree
// and malloc call them. One block; its owner, who also hands it out anew, and two other threads; each may free it or not.
//
// The owner's stores of `live` are plain ones: they wait in a store buffer, as on x86 (TSO), until its next
// read-modify-write or until the hardware writes them. `remoteFreed` changes by read-modify-writes only.
//
// (1) Every free that frees nothing, or frees what was freed, is reported: by its own call, by the collection, or before
//     the block is handed out again.
// (2) While nothing is reported, the block is handed out only after it was freed: it is never two users'.
// (3) A correct program, one free for each time the block is handed out, has no report.
// (4) A free that is ordered after another one of the same block is refused by its own call.
// (5) After a collection the block is on the owner's list once at most.
//
// What is freed by a free that another thread begins before the block is handed out, and that ends after: the new user's
// block; nothing in the bits can tell (DoubleFreeDetection.md, limits). So the ghosts below say that a free ends what is
// live where it sets its bit, not where it was called.
//
// twin: FREE_IGNORES_REMOTE    claimByOwner asks only for live; breaks (4)
// twin: MALLOC_IGNORES_REMOTE  markLive asks only for not live; breaks (2)
// twin: REMOTE_IGNORES_LIVE    claimRemotely asks only for remoteFreed; breaks (4)
// twin: PLAIN_REMOTE_BIT       claimRemotely loads and stores in place of an atomic or; breaks (1)
// twin: SETTLE_IGNORES_LIVE    settle asks only for remoteFreed; breaks (5)
// twin: SETTLE_KEEPS_REMOTE    settle leaves remoteFreed set; breaks (3)

#define MOST 3

bool live = true;  // in memory
bool ownLive = true;  // as the owner sees it, through its buffer
chan buffer = [3] of { bool };
bool remoteFreed;
byte waiting;  // how often the block is on threadFree
byte places;  // and on the owner's list
byte handedOut = 1;  // how often
byte running = 2;
bool ownerFrees;

// Ghosts.
bool isLive = true;  // by the owner's decisions, at the instant of each
byte calls, ends, reports;  // frees called; lives ended by one
bool isEnded;  // this life was ended
bool isCorrect;

inline endLife() {  // a free takes effect
  if :: isLive && !isEnded -> isEnded = true; ends++ :: else fi
}
inline report() { atomic { assert(!isCorrect); reports++ } }  // (3)
inline storeLive(value) { atomic { ownLive = value; buffer ! value } }
#define FENCE empty(buffer)

active proctype StoreBuffer() {
  bool value;
end:
  do
  :: atomic { buffer ? value -> live = value }
  od
}

inline freeByOwner() {
  calls++;
  mustFail = remoteFreed;
  seenLive = ownLive;
  atomic {
    seenRemote = remoteFreed;
#ifdef FREE_IGNORES_REMOTE
    passes = seenLive;
#else
    passes = seenLive && !seenRemote;
#endif
    if :: passes -> endLife(); isLive = false :: else fi
  }
  assert(!(passes && mustFail));  // (4)
  if
  :: passes -> storeLive(false); places++
  :: else -> report()
  fi
}

inline handOut() {
  places--;
  seenLive = ownLive;
  atomic {
    seenRemote = remoteFreed;
#ifdef MALLOC_IGNORES_REMOTE
    passes = !seenLive;
#else
    passes = !seenLive && !seenRemote;
#endif
    if
    :: passes ->
       assert(isEnded || reports > 0);  // (2)
       isLive = true; isEnded = false; handedOut++
    :: else
    fi
  }
  if
  :: passes -> storeLive(true)
  :: else -> report()
  fi
}

inline collect() {
  atomic { FENCE -> taken = waiting; waiting = 0 }
  do
  :: taken == 0 -> break
  :: else ->
     taken--;
     seenLive = ownLive;
     atomic {
       FENCE -> seenRemote = remoteFreed;
#ifndef SETTLE_KEEPS_REMOTE
       remoteFreed = false;
#endif
       isLive = false
     }
     storeLive(false);
     if
#ifdef SETTLE_IGNORES_LIVE
     :: seenRemote -> places++
#else
     :: seenLive && seenRemote -> places++
#endif
     :: else -> report()
     fi;
     assert(places <= 1)  // (5)
  od
}

proctype Owner() {
  bool seenLive, seenRemote, passes, mustFail;
  byte taken;
  do
  :: ownerFrees -> ownerFrees = false; freeByOwner()
  // The user of a later life frees it, once, or never.
  :: handedOut > 1 && isLive && !isEnded && calls < MOST -> freeByOwner()
  :: places > 0 && handedOut < MOST -> handOut()
  :: waiting > 0 -> collect()
  :: running == 0 && !ownerFrees -> break
  od;
  collect();
  do
  :: places > 0 -> handOut()
  :: else -> break
  od;
  assert(calls == ends || reports > 0)  // (1)
}

proctype Other(bool frees) {
  bool old, mustFail;
  byte before;
  if
  :: frees ->
     atomic { calls++; mustFail = !live && !isLive && !ownLive && FENCE;
              before = handedOut };
     if
#ifndef REMOTE_IGNORES_LIVE
     :: !live -> report()
#endif
     :: else ->
#ifdef PLAIN_REMOTE_BIT
        atomic { old = remoteFreed; if :: !old -> endLife() :: else fi };
        remoteFreed = true;
#else
        atomic { old = remoteFreed; remoteFreed = true; if :: !old -> endLife() :: else fi };
#endif
        if
        :: old -> report()
        :: else ->
           assert(!mustFail || before != handedOut);  // (4)
           waiting++
        fi
     fi
  :: else
  fi;
  running--
}

init {
  bool first, second;
  atomic {
    if :: ownerFrees = true :: ownerFrees = false fi;
    if :: first = true :: first = false fi;
    if :: second = true :: second = false fi;
    isCorrect = (ownerFrees + first + second <= 1);
    run Owner(); run Other(first); run Other(second)
  }
}
