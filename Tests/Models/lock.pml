// The futex lock: Lock.acquire and release (Sources/Core/Platform/Lock.swift). Three threads, twice each; one more that
// only tries.
//
// (1) One thread at a time holds the lock.
// (2) Nobody sleeps for ever: a thread that waits is woken.
//
// The word changes by read-modify-writes; futex_wait compares and sleeps in one step, as the kernel does.
//
// twin: NO_WAKE        release does not wake; breaks (2), by a deadlock
// twin: TAKEN_AS_ONE   who waited leaves 1, as if nobody else did; breaks (2), by a deadlock
// twin: SLEEPS_BLINDLY the wait compares nothing; breaks (2), by a deadlock
// twin: PLAIN_TAKE     the lock is taken by a load and a store; breaks (1)

byte state = 0;
byte sleepers;
byte wakes;  // sleepers that were woken, and did not run yet
byte holders;

inline take() {
#ifdef PLAIN_TAKE
  if :: state == 0 -> state = 1; done = true :: else -> done = false fi
#else
  atomic { if :: state == 0 -> state = 1; done = true :: else -> done = false fi }
#endif
}

inline acquireSlowly() {
  do
  :: atomic {
       old = state;
#ifdef TAKEN_AS_ONE
       if :: state == 0 -> state = 1 :: else -> state = 2 fi
#else
       state = 2
#endif
     };
     if
     :: old == 0 -> break
     :: else ->
        atomic {
          if
#ifndef SLEEPS_BLINDLY
          :: state != 2 -> done = false
#endif
          :: else -> sleepers++; done = true
          fi
        };
        if
        :: done -> atomic { wakes > 0 -> wakes-- }
        :: else
        fi
     fi
  od
}

inline release() {
  holders--;
  atomic { old = state; state = 0 };
#ifndef NO_WAKE
  if
  :: old == 2 -> atomic { if :: sleepers > 0 -> sleepers--; wakes++ :: else fi }
  :: else
  fi
#endif
}

active [3] proctype Thread() {
  byte old, round;
  bool done;
  do
  :: round < 2 ->
     round++;
     take();
     if :: !done -> acquireSlowly() :: else fi;
     holders++;
     assert(holders == 1);  // (1)
     release()
  :: else -> break
  od
}

active proctype Trier() {
  byte old;
  bool done;
  take();
  if
  :: done ->
     holders++;
     assert(holders == 1);  // (1)
     release()
  :: else
  fi
}
