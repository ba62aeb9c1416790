// fork, in a process of two threads: Allocator.prepareFork, resumeChild (Sources/Core/Heap/Fork.swift), noteVanishedHeaps,
// recoverVanished and Page.rebuild (Recovery.swift). One thread hands out and frees the two blocks of its page, passes some
// to the other one, and takes the arena's lock now and then; the other one forks at any instant. From then on the model is
// the child: the first thread does nothing any more, the memory is as it left it.
//
// (1) No block that is in the survivor's hands is handed out in the child.
// (2) No block is lost but for what the vanished thread's user held: every other one is available once.
// (3) What is available is zero, but for a link; what is not has a seal.
// (4) What is under a lock is whole, and the child gets every lock.
//
// No store buffers: the kernel copies the memory of a thread that runs up to some store, as all processors see it, and the
// vanished thread's stores are in program order (BlockStates.store is releasing).
//
// twin: NO_LOCKS           fork takes no locks; breaks (4)
// twin: NO_RESET           the child leaves the locks as they are; breaks (4), by a deadlock
// twin: TRUSTS_AVAILABLE   rebuild leaves blocks that were in a magazine; breaks (2)
// twin: TRUSTS_MAGAZINES   the child goes on with the vanished thread's magazine; breaks (1)
// twin: NO_MEND            rebuild leaves seals; breaks (3)
// twin: NO_WIPE            rebuild leaves what free did not zero; breaks (3)
// twin: LIVE_LATE          malloc marks a block live after it was passed on; breaks (1)

#define BLOCKS 2

bool isForked;
bool arenaLock, heapsLock;
byte first, second;  // two words that are equal outside of the arena's lock

bool live[BLOCKS + 1];
bool remoteFreed[BLOCKS + 1];
bool isAvailable[BLOCKS + 1] = true;
bool isZero[BLOCKS + 1] = true;
bool isSealed[BLOCKS + 1];
byte magazine;  // a block that was taken from the available ones; 0: none
chan passed = [BLOCKS] of { byte };
bool isPassed[BLOCKS + 1];  // in the survivor's hands
bool isTheirs[BLOCKS + 1];  // in the vanished thread's user's hands

active proctype Vanishing() {
  byte number, round;
  {
    do
    :: round < 5 ->
       round++;
       // malloc: a refill takes a block, a die chooses it
       select(number: 1 .. BLOCKS);
       if
       :: isAvailable[number] ->
          atomic { isAvailable[number] = false; magazine = number };
          magazine = 0;
#ifndef LIVE_LATE
          live[number] = true;
#endif
          atomic { isZero[number] = false; isSealed[number] = true };
          if
          :: atomic { isPassed[number] = true; passed ! number }
          :: isTheirs[number] = true
          fi;
#ifdef LIVE_LATE
          live[number] = true
#endif
       :: isTheirs[number] ->
          // free: claimByOwner, clear, takeBack
          isTheirs[number] = false;
          live[number] = false;
          isZero[number] = true;
          isSealed[number] = false;
          isAvailable[number] = true
       :: isTheirs[number] ->
          // realloc in place: the seal is cleared, and written anew
          isSealed[number] = false;
          isSealed[number] = true
       :: live[number] && remoteFreed[number] ->
          // collection
          remoteFreed[number] = false;
          live[number] = false;
          isZero[number] = true;
          isSealed[number] = false;
          isAvailable[number] = true
       :: else
       fi
    :: round < 5 ->
       round++;
       atomic { !heapsLock -> heapsLock = true };
       atomic { !arenaLock -> arenaLock = true };
       first++;
       second++;
       arenaLock = false;
       heapsLock = false
    :: round == 5 -> break
    od
  } unless { isForked }
}

inline freeRemotely(which) {
  atomic { isPassed[which] = false; assert(live[which] && !remoteFreed[which]); remoteFreed[which] = true }
}

active proctype Survivor() {
  byte number;
  do
  :: passed ? number -> if :: freeRemotely(number) :: skip fi
  :: break
  od;
  // prepareFork
#ifndef NO_LOCKS
  atomic { !heapsLock -> heapsLock = true };
  atomic { !arenaLock -> arenaLock = true };
#endif
  isForked = true;
  // resumeChild
#ifndef NO_RESET
  arenaLock = false;
  heapsLock = false;
#endif
  atomic { !heapsLock -> heapsLock = true };
  atomic { !arenaLock -> arenaLock = true };
  assert(first == second);  // (4)
  // rebuild: nobody else runs
  atomic {
    for (number : 1 .. BLOCKS) {
      if
      :: live[number] ->
#ifndef NO_MEND
         isSealed[number] = true
#endif
      :: else ->
#ifdef TRUSTS_AVAILABLE
         skip
#elif defined(NO_WIPE)
         isAvailable[number] = true
#else
         isZero[number] = true; isSealed[number] = false;
         isAvailable[number] = true
#endif
      fi
    }
#ifdef TRUSTS_MAGAZINES
    if :: magazine != 0 -> live[magazine] = true :: else fi;
#endif
  };
  atomic {
    for (number : 1 .. BLOCKS) {
      assert(!(isPassed[number] && isAvailable[number]));  // (1)
      assert(!isAvailable[number] || !live[number] && isZero[number]);  // (1) (3)
      assert(!live[number] || isSealed[number]);  // (3)
      assert(isAvailable[number] || live[number])  // (2)
    }
  };
  // abandon: what waited, or comes back now, is collected, by the swap and the state bits as ever
  atomic {
    for (number : 1 .. BLOCKS) {
      if :: isPassed[number] -> freeRemotely(number) :: else fi;
      if
      :: live[number] && remoteFreed[number] ->
         live[number] = false; remoteFreed[number] = false; isAvailable[number] = true
      :: else
      fi
    }
  }
}
