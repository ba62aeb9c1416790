// Who owns a page: abandonment, adoption, release, and wakes that come late. Allocator.abandon, takeAbandoned,
// settleAbandoned, releaseUnqueued, Heap.adopt, adoptAbandoned and abandonAllPages (Sources/Core/Heap/Abandonment.swift),
// Allocator.wakeOwner (Heap+Deallocate.swift), Heap.takeWakes (Heap+Housekeeping.swift), Page.disown, claim, retire
// (Model/Page+Remote.swift).
//
// One page with two blocks; two threads with heaps, which end, begin anew with the same heap and adopt; one without a heap.
// All free whichever blocks are out. The head of the word counts the blocks that wait: what their list holds is
// remote_free.pml's matter.
//
// (1) A page has one owner at most; only he touches what is the owner's, and his heap is in `owner` then.
// (2) A page is in the list of abandoned pages exactly while nobody owns it, but for owners who wait for the list's lock.
// (3) A page is on one wake list at most, and `wakeNext` is what was written for that list.
// (4) No page is lost: once all blocks came back and the heaps ended, it is retired.
//
// A loop that loads the word, and swaps it for what follows from its value alone, is one step here: attempts that fail
// change nothing.
//
// No store buffers: `owner` is stored before a swap or an exchange of a lock by whoever gives the page up; who takes it
// stores it after his swap, and the store that it replaces was in memory by then. A waker may load an old owner: that is
// modelled.
//
// twin: NO_CLAIM             takeAbandoned takes what is in the list, unasked; breaks (1)
// twin: DISOWN_BLINDLY       disown gives up though a block waits; breaks (4)
// twin: OWNER_KEPT           disown does not store `owner`; breaks (1)
// twin: NO_LOCK              the list's lock is not taken in abandon; breaks (2)
// twin: CLEAR_FIRST          takeWakes clears isWaking before it reads wakeNext; breaks (3)
// twin: WANTS_WHILE_WAKING   becomeFull does not ask for isWaking; breaks (3)
// twin: RETIRED_IS_AWAKE     retirement clears isWaking; breaks (3)
// twin: NO_WORD_FROM_PUSH    a free does not say that the page had no owner; breaks (4)

#include "word.pml"

#define NOBODY 0
#define GUEST 3  // the thread without a heap
#define LIVES 2
#define MOST 4  // blocks handed out, the first two included

short threadFree = IN_USE;
byte owner = 1;
bool isListed;  // in the list of abandoned pages
bool lock;
bool wakes[GUEST];  // the page is on that heap's wake list
byte wakeNext;  // in place of a page: for whose list it was written

// The owner's.
byte used = 2;
bool isFull;

// Ghosts.
byte holder = 1;  // who owns the page, by the word
byte out = 2;  // blocks in users' hands
byte total = 2;
byte lives = 1;
bool isOnWayToLock;  // an owner by a free waits for the list's lock
byte ended;

#define OWN assert(holder == me)  // (1)

inline collect() {
  atomic {
    OWN;
    assert(used >= HEAD(threadFree));
    used = used - HEAD(threadFree);
    threadFree = WITH_HEAD(threadFree, 0)
  }
}

inline becomeAvailable() {
  atomic { OWN; threadFree = WITHOUT(threadFree, WANTS); isFull = false }
}

inline retire() {
  OWN;
  assert(used == 0 && !isFull && !isListed);
  owner = NOBODY;
  atomic {
    OWN;
    assert(HAS(threadFree, IN_USE) && HEAD(threadFree) == 0);  // a correct program
    threadFree = RETIRED(threadFree);
#ifdef RETIRED_IS_AWAKE
    threadFree = WITHOUT(threadFree, WAKING);
#endif
    holder = NOBODY
  }
}

// Gives the page up, or, if it is empty, back.
inline abandon() {
  do
  :: collect();
     if :: used == 0 -> retire(); break :: else fi;
#ifndef NO_LOCK
     atomic { !lock -> lock = true };
#endif
     OWN;
     assert(!isListed);
     isListed = true;
#ifndef OWNER_KEPT
     owner = NOBODY;
#endif
     atomic {
       OWN;
       if
#ifndef DISOWN_BLINDLY
       :: HEAD(threadFree) != 0 -> done = false
#endif
       :: else -> threadFree = WITHOUT(threadFree, WANTS) | UNOWNED; holder = NOBODY; done = true
       fi
     };
     if :: !done -> isListed = false :: else fi;
     atomic {
       assert(!done || isListed || isOnWayToLock);
       lock = false
     }
     if :: done -> break :: else fi
  od
}

inline adopt() {
  owner = me;
  OWN
}

inline takeAbandoned() {
  atomic { !lock -> lock = true };
  if
  :: isListed ->
     atomic {
       if
#ifndef NO_CLAIM
       :: !HAS(threadFree, IN_USE) || !HAS(threadFree, UNOWNED) -> done = false
#endif
       :: else -> assert(holder == NOBODY); threadFree = WITHOUT(threadFree, UNOWNED); holder = me; done = true  // (1)
       fi
     };
     if
     :: done -> isListed = false; lock = false; adopt(); collect()
     :: else -> lock = false
     fi
  :: else ->
     atomic { assert(!HAS(threadFree, UNOWNED)); lock = false }  // (2)
  fi
}

// A free by a thread that does not own the page, or has not yet looked.
inline freeRemotely() {
  atomic {
    old = threadFree;
    assert(HAS(old, IN_USE));
    threadFree = WITHOUT(old + 1, UNOWNED | WANTS);
    if :: HAS(old, WANTS) -> threadFree = threadFree | WAKING :: else fi;
    if :: HAS(old, UNOWNED) -> assert(holder == NOBODY); holder = me; isOnWayToLock = true :: else fi  // (1)
  };
  if
#ifndef NO_WORD_FROM_PUSH
  :: HAS(old, UNOWNED) ->
     // settleAbandoned
     atomic { !lock -> lock = true };
     OWN;
     assert(isListed);  // (2)
     isListed = false;
     isOnWayToLock = false;
     lock = false;
     if
     :: me == GUEST -> abandon()
     :: else -> collect(); if :: used == 0 -> retire() :: else -> adopt() fi
     fi
#endif
  :: HAS(old, WANTS) ->
     // wakeOwner
     seen = owner;
     if
     :: seen == NOBODY ->
        threadFree = WITHOUT(threadFree, WAKING)
     :: else ->
        wakeNext = seen;
        atomic { assert(!wakes[1] && !wakes[2]); wakes[seen] = true }  // (3)
     fi
  :: else
  fi
}

// Takes the page off this heap's wake list.
inline takeWake() {
  atomic { seen = wakes[me]; wakes[me] = false };
  if
  :: seen ->
#ifndef CLEAR_FIRST
     assert(wakeNext == me);  // (3)
#endif
     threadFree = WITHOUT(threadFree, WAKING);
#ifdef CLEAR_FIRST
     assert(wakeNext == me)  // (3)
#endif
  :: else
  fi
}

inline freeOne() {
  // The user has the pointer: the page cannot go before this free.
  if
  :: owner == me && me != GUEST ->
     OWN;
     if :: isFull -> becomeAvailable() :: else fi;
     used--;
     if :: used == 0 -> retire() :: else fi
  :: else -> freeRemotely()
  fi
}

inline becomeFull() {
  atomic {
    OWN;
    if
    :: HEAD(threadFree) != 0
#ifndef WANTS_WHILE_WAKING
    :: HAS(threadFree, WAKING)
#endif
    :: else -> threadFree = threadFree | WANTS; isFull = true
    fi
  }
}

proctype Thread(byte me) {
  short old;
  byte seen;
  bool done;
  do
  :: atomic { out > 0 -> out--; old = 0; seen = 0; done = false }; freeOne()
  :: atomic { me != GUEST && wakes[me] } ->
     takeWake();
     if
     :: owner == me ->
        OWN;
        if :: isFull -> becomeAvailable(); collect() :: else fi
     :: else
     fi
  :: me != GUEST && isListed -> takeAbandoned()
  :: owner == me && me != GUEST && !isFull && used == 2 -> becomeFull()
  :: owner == me && me != GUEST && !isFull && used < 2 && total < MOST ->
     OWN;
     used++;
     atomic { total++; out++ }
  :: owner == me && me != GUEST ->
     // The thread ends, and the next one has its heap.
     if :: isFull -> becomeAvailable() :: else fi;
     abandon();
     takeWake()  // with one page, none of this heap's can be on it
  :: atomic { me != GUEST && !HAS(threadFree, IN_USE) && lives < LIVES && total < MOST && holder == NOBODY && !isOnWayToLock ->
       lives++; holder = me };
     // A new life of the descriptor, on a run that the arena's lock gave to this thread.
     used = 1;
     isFull = false;
     threadFree = threadFree | IN_USE;
     owner = me;
     atomic { total++; out++ }
  :: atomic { out == 0 && (total == MOST || !HAS(threadFree, IN_USE)) && owner != me } -> break
  :: out == 0 && total == MOST && me == GUEST -> break
  od;
  ended++;
  (ended == 3);
  assert(me != 1 || !HAS(threadFree, IN_USE))  // (4)
}

init { atomic { run Thread(1); run Thread(2); run Thread(GUEST) } }
