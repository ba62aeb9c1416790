// Heaps of ended threads: Allocator.parkHeap, takeHeap, takeParkedPage and takeParkedHeap
// (Sources/Core/Heap/HeapPool.swift), with free's question who owns a page (Heap+Deallocate.swift). A parked heap with one
// page; one thread needs a page of its class, one begins and takes a heap, one sweeps. Each frees a block of the page
// whenever it likes.
//
// (1) What is the owner's, one thread at a time touches: he whose heap is in `owner`.
// (2) A page is in the queues of one heap, that which is in its `owner`.
// (3) A parked heap goes to one thread.
//
// No store buffers: heaps and the owner's fields pass under heapsLock, whose release is an exchange.
//
// twin: OWNER_AFTER_LOCK   takeParkedPage leaves `owner` to its caller, after the lock; breaks (1)
// twin: UNLOCKED_LOOK      takeParkedPage looks into parked heaps without the lock; breaks (1)
// twin: STAYS_LISTED       takeHeap leaves the heap in the list; breaks (3)

#define PARKED 1  // the parked heap, and the page's owner to begin with
#define OTHER 2  // the heap of the thread that needs a page

bool lock;
bool isParked = true;
byte owner = PARKED;
byte queuedIn = PARKED;  // whose queue the page is in
byte user = 0;  // the thread that has heap PARKED
byte touching;  // ghost: threads between two accesses to what is the owner's
bool isAbandoned;

inline touch() {
  assert(touching == 0);  // (1)
  touching++;
  touching--
}

// free of a block of the page, by a thread with this heap.
inline freeOne(heap) {
  if
  :: owner == heap -> touch()
  :: else  // remote_free.pml
  fi
}

// Needs a page, has heap OTHER.
active proctype Needy() {
  byte round;
  bool isMine;
#ifndef UNLOCKED_LOOK
  atomic { !lock -> lock = true };
#endif
  if
  :: isParked && queuedIn == PARKED ->
     // giveUpPage
     touch();
     queuedIn = 0;
#ifndef OWNER_AFTER_LOCK
     owner = OTHER;
#endif
     isMine = true
  :: else
  fi;
#ifndef UNLOCKED_LOOK
  lock = false;
#endif
  if
  :: isMine ->
     owner = OTHER;
     touch();
     queuedIn = OTHER
  :: else
  fi;
  do
  :: round < 2 -> round++; freeOne(OTHER)
  :: else -> break
  od;
  assert(!isMine || owner == OTHER && queuedIn == OTHER)  // (2)
}

// A thread begins, uses its heap, and ends; twice.
active proctype Beginner() {
  byte round;
  bool hasHeap;
  do
  :: round < 2 ->
     round++;
     atomic { !lock -> lock = true };
     if
     :: isParked ->
        assert(user == 0);  // (3)
        user = 1;
        hasHeap = true;
#ifndef STAYS_LISTED
        isParked = false
#endif
     :: else
     fi;
     lock = false;
     if
     :: hasHeap ->
        freeOne(PARKED);
        if :: queuedIn == PARKED -> touch() :: else fi;
        freeOne(PARKED);
        // parkHeap
        hasHeap = false;
        atomic { !lock -> lock = true };
        user = 0;
        isParked = true;
        lock = false
     :: else
     fi
  :: else -> break
  od
}

// Takes a parked heap apart: returnParkedHeaps, returnHeap.
active proctype Sweeper() {
  bool hasHeap;
  atomic { !lock -> lock = true };
  if
  :: isParked -> assert(user == 0); user = 2; isParked = false; hasHeap = true  // (3)
  :: else
  fi;
  lock = false;
  if
  :: hasHeap ->
     if
     :: queuedIn == PARKED -> touch(); queuedIn = 0; owner = 0; isAbandoned = true
     :: else
     fi;
     user = 0
  :: else
  fi
}
