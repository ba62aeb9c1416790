// Publication of pages: PageMap.prepare, set and candidate (Sources/Core/Model/PageMap.swift), Arena.publish, releaseRun
// and takeRun (Arena+Runs.swift). One slice, in the first GiB that has a leaf made; a run there is taken, published,
// retired and given back, by two threads in turn, each with a descriptor of its own, while a third one asks for the slice's
// page all the time.
//
// (1) A look-up leads to a page that is ready, or to nobody's; never to memory that is not made yet.
// (2) Who has a pointer to a block finds its page.
// (3) Slices that are free have no entry, but for a moment before they are used again never: what clears an entry clears
//     its own.
//
// No store buffers: entries are releasing stores and acquiring loads, which on x86 are plain ones in program order, and a
// reader that sees one sees all that came before.
//
// twin: LEAF_EARLY      the root leads to the leaf before its memory is there; breaks (1)
// twin: PUBLISH_EARLY   the entry is set before the page is ready; breaks (1)
// twin: CLEAR_LATE      the entry is cleared after the slices were given back; breaks (2)
// twin: NO_CLEAR        the entry is not cleared; breaks (3)

#define NOBODY 0

bool hasLeaf, isLeafMade;
byte entry = NOBODY;
bool isReady[3];
bool lock;  // the arena's
bool isFree = true;  // the slices
byte running = 2;

inline take() {
  atomic { !lock -> lock = true };
  if
  :: isFree ->
     if
     :: !hasLeaf ->
        // prepare
#ifdef LEAF_EARLY
        hasLeaf = true;
#endif
        isLeafMade = true;
#ifndef LEAF_EARLY
        hasLeaf = true
#endif
     :: else
     fi;
     assert(entry == NOBODY);  // (3)
     isFree = false;
     mine = true
  :: else
  fi;
  lock = false
}

proctype Maker(byte page) {
  bool mine;
  byte round;
  do
  :: round < 2 ->
     round++;
     mine = false;
     take();
     if
     :: mine ->
#ifdef PUBLISH_EARLY
        entry = page;
#endif
        isReady[page] = true;
#ifndef PUBLISH_EARLY
        entry = page;
#endif
        // A block's user, in any thread, looks it up.
        assert(hasLeaf && entry == page);  // (2)
        assert(hasLeaf && entry == page);  // (2)
        // Retired; its descriptor stays as it is, to be made anew.
#if !defined(CLEAR_LATE) && !defined(NO_CLEAR)
        entry = NOBODY;
#endif
        atomic { !lock -> lock = true };
        isFree = true;
        lock = false;
#ifdef CLEAR_LATE
        entry = NOBODY;
#endif
     :: else
     fi
  :: else -> break
  od;
  running--
}

active proctype Reader() {
  byte seen;
  do
  :: hasLeaf ->
     assert(isLeafMade);  // (1)
     seen = entry;
     assert(seen == NOBODY || isReady[seen]);  // (1)
     seen = NOBODY
  :: running == 0 -> break
  od
}

init { atomic { run Maker(1); run Maker(2) } }
