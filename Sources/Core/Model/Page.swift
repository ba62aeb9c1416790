// A page: a run of slices with blocks of one size. Its descriptor lies in metadata memory, apart from the blocks.
// Unless a field says otherwise, only the page's owner writes it, and only the owner reads it.

import Synchronization

/// A page's descriptor, 128 bytes: one cache line for the owner's malloc and free, one for the rest.
///
/// Blocks are numbered from 1; 0 ends a list. Lists are chains of numbers (or marks: Page+Blocks) through the first word of
/// free blocks, so a number that is not above `capacity` is a block of this page, whatever an attacker writes.
///
/// For a page of blocks (kind == .blocks), whenever its owner is not inside a function:
///  (1) trueUsed + |free| + |localFree| == capacity ≤ blockCount, where trueUsed counts the blocks of threadFree too; with
///      magazines trueUsed + |available| == capacity, and trueUsed counts theirs as well
///  (2) used == 0 after a free calls the heap: isFull ⇒ used == 1 ∧ trueUsed == capacity == blockCount;
///      isPinned ⇒ used == trueUsed + 1; else used == trueUsed
///  (3) block n starts at origin + n · blockByteCount, and 16 | origin, 16 | blockByteCount
///  (4) 2³² / blockByteCount ≤ reciprocal < 2³² / blockByteCount + 1
///  (5) with doubleFreeDetection: live bits == trueUsed − |blocks in magazines|, and no block on free or localFree, or
///      in a magazine, is live; BlockStates (1) to (5)
///  (6) with paddingCanaries, a live block's last word seals its requested size; with zeroOnFree, a block that is not
///      live is zero, but for the link of one that is on a list
struct Page: ~Copyable {
    enum Kind: UInt8 {
        /// Blocks of a size class, owned by a heap.
        case blocks = 0
        /// One block in a segment, unowned.
        case large = 1
        /// One block in a mapping of its own, unowned.
        case huge = 2
        /// No memory: what malloc(0) returns, unowned. See Page+Trap.swift.
        case trap = 3
        /// The slots of SampledGuards, unowned.
        case sampled = 4
    }

    // The owner's line.

    /// The address of the heap that owns the page; `unowned` if none does. Any thread reads it.
    let owner = Atomic<UInt>(0)
    /// Where block 0 would start: one block before the first.
    var origin = Address(0)
    var blockByteCount: UInt32 = 0
    /// ⌈2³² / blockByteCount⌉: division of an offset by multiplication. (For pages of one block, `shift`.)
    var reciprocal: UInt32 = 0
    private var made: UInt16 = 0
    var sizeClass: SizeClass
    var kind: Kind
    /// malloc takes from here. (With magazines, see `lastFreed`; for pages of one block, `slack`.)
    var free: UInt32 = 0
    /// The owner's frees go here, so that `free` runs out regularly and housekeeping gets its turn.
    /// (Not with magazines. For large pages, see `guardCount`.)
    var localFree: UInt32 = 0
    /// The blocks that are not free, but for pinned and full pages: see (2). (For large pages, see `spareRoom`.)
    var used: UInt32 = 0
    var states: Variant.PageStates
    var keys: Variant.PageKeys

    // The other line.

    /// Frees by other threads, and the page's state; see `ThreadFree`.
    let threadFree = Atomic<UInt64>(0)
    /// The neighbours in the heap's queue, or in the list of abandoned pages.
    var next: Ref<Page>?
    var previous: Ref<Page>?
    /// The next page on the same wake list; written by the thread that set isWaking.
    var wakeNext: Ref<Page>?
    /// The segment the run lies in; nil for huge pages. Written once.
    var segment: Ref<Segment>?
    /// For pages of one block its usable size; for those of traps, where their bits are; for pages of blocks, see `whole`.
    let extentWord = Atomic<UInt>(0)
    /// The same as `capacity`, for other threads.
    let sharedCapacity = Atomic<UInt16>(0)
    /// The blocks that fit in the run. (For pages of one block, `maker`.)
    var blockCount: UInt16 = 0
    /// The first slice of the run within its segment. Written once.
    var sliceIndex: UInt16 = 0
    /// The slices of the run; 0 for huge pages.
    var sliceCount: UInt16 = 0
    var isFull = false
    /// The page is its queue's first: it stays though it be empty, so that a program which allocates and frees one
    /// block at a time does not make and release a page, or call its heap, each time.
    var isPinned = false
    /// Empty, and kept at the end of its queue for a while.
    var isSetAside = false
    /// With magazines: a sweep found the page empty, and no block was taken since. (For large pages, see `isApart`.)
    var isIdle = false
    /// The run's memory came fresh from the kernel: blocks that were never handed out are zero.
    var isZeroed = false
    /// Bytes between the start of a huge block's mapping and the block, as a power of two; 0: none.
    var leadingShift: UInt8 = 0

    /// The blocks that were ever made available; later ones are untouched memory.
    var capacity: UInt32 {
        @inline(__always) get { UInt32(made) }
        set {
            made = UInt16(newValue)
            sharedCapacity.store(made, ordering: .relaxed)
        }
    }

    var extent: UInt {
        get { extentWord.load(ordering: .relaxed) }
        set { extentWord.store(newValue, ordering: .relaxed) }
    }

    /// The block's usable size, for pages of one block.
    var byteCount: UInt {
        get { extent }
        set { extent = newValue }
    }

    /// For pages of one block, its bytes behind the requested size.
    var slack: UInt {
        get { UInt(free) }
        set { free = UInt32(newValue) }
    }

    /// The most that `slack` holds.
    static var mostSlack: UInt { UInt(UInt32.max) }

    /// For large pages, the bytes in front of their block that are kept inaccessible for its sake, because an earlier block of
    /// the run was larger; they may have memory. (Elsewhere it is `used`.)
    var spareRoom: UInt {
        get { UInt(used) }
        set { used = UInt32(newValue) }
    }

    /// Where the block of a large page could be, from its first guard to its second.
    var largeRoom: (start: Address, byteCount: UInt) { (origin - spareRoom, byteCount + spareRoom) }

    /// For large pages: their room is a mapping of its own, between guards that core dumps leave out, so that to make it
    /// inaccessible, and accessible again, neither cuts nor joins mappings. (Elsewhere it is `isIdle`.)
    var isApart: Bool {
        get { isIdle }
        set { isIdle = newValue }
    }

    /// For pages of one block, the bytes from `origin` to where its user's bytes begin: not 0 for blocks that were asked for
    /// with an offset from their alignment. `byteCount`, `slack` and the canary know nothing of it. (Elsewhere it is `reciprocal`.)
    var shift: UInt {
        get { UInt(reciprocal) }
        set { reciprocal = UInt32(newValue) }
    }

    /// For pages of one block, the place in the table of heaps of the created heap that it was allocated from; 0: of none.
    /// (Elsewhere it is `blockCount`.)
    var maker: UInt16 {
        get { blockCount }
        set { blockCount = newValue }
    }

    /// For pages of one block, the address that its user has.
    var userStart: Address { origin + shift }

    /// For large pages, the guards in force that are their own.
    var guardCount: UInt32 {
        get { localFree }
        set { localFree = newValue }
    }

    /// The owner of a page that has none. Never a heap's address, and not 0, which is "this thread has no heap".
    static var unowned: UInt { 1 }

    @inline(__always) func address(of number: UInt32) -> Address {
        // Safe: number ≤ capacity, so this stays in the run.
        origin + UInt(number) &* UInt(blockByteCount)
    }

    /// The number of the block that starts at `address`, or nil if none does.
    /// - Parameter address: any at all.
    @inline(__always) func number(ofBlockAt address: Address) -> UInt32? {
        number(ofBlockAt: address, below: capacity)
    }

    /// The same for pages of blocks of at most 2 KiB, with less work where state bits refuse what is left: a number of a
    /// block that was never made, in the page's run.
    @inline(__always) func candidateNumber(ofBlockAt address: Address) -> UInt32? {
        guard Variant.doubleFreeDetection, Variant.guardPages else { return number(ofBlockAt: address) }
        // Addresses outside user space differ by 2⁴⁷ or more from those in the run, and number · blockByteCount < 2⁴².
        // Addresses in the run, whose last OS page is a guard, give numbers that there is room for in `states`.
        let offset = address.offset(from: origin)
        let number = (offset &* UInt(reciprocal)) &>> 32
        return number &* UInt(blockByteCount) == offset ? UInt32(truncatingIfNeeded: number) : nil
    }

    /// The same for threads that do not own the page.
    func sharedNumber(ofBlockAt address: Address) -> UInt32? {
        number(ofBlockAt: address, below: UInt32(sharedCapacity.load(ordering: .relaxed)))
    }

    @inline(__always) private func number(ofBlockAt address: Address, below capacity: UInt32) -> UInt32? {
        // Wrapping: an address before `origin`, or one beyond the run whose upper bits free's fast path has cut off,
        // gives an enormous offset, and the product may be anything.
        let offset = address.offset(from: origin)
        let number = (offset &* UInt(reciprocal)) &>> 32
        guard number &* UInt(blockByteCount) == offset, number <= UInt(capacity) else { return nil }
        // Number 0 lies before the first block: in this page's run only if a guard does too. State bits refuse it.
        if Variant.guardPages, !Variant.doubleFreeDetection, number == 0 { return nil }
        return UInt32(truncatingIfNeeded: number)
    }

    /// The word of threadFree, with acquiring order: what the freeing threads wrote is visible afterwards.
    var sharedState: ThreadFree { ThreadFree(bits: threadFree.load(ordering: .acquiring)) }

    /// One attempt to change the word; spurious failure is possible.
    @inline(__always) func swapSharedState(_ expected: ThreadFree, _ desired: ThreadFree) -> Bool {
        threadFree.weakCompareExchange(
            expected: expected.bits, desired: desired.bits, ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// The number of blocks in users' hands or on threadFree.
    var trueUsed: UInt32 {
        if isFull { return capacity }
        return isPinned ? used - 1 : used
    }

    /// The blocks in users' hands, as any thread may read it: some number of blocks, perhaps of a moment that never was.
    var approximateUsed: UInt {
        let made = UInt(sharedCapacity.load(ordering: .relaxed))
        if Variant.doubleFreeDetection { return Swift.min(states.liveCount(upTo: UInt32(made)), made) }
        if isFull { return made }
        let counted = UInt(used)
        return Swift.min(isPinned && counted != 0 ? counted - 1 : counted, made)
    }

    /// More blocks can be made available.
    var canExtend: Bool { capacity < UInt32(blockCount) }

    mutating func pin() {
        if !isPinned { used += 1 }
        isPinned = true
    }
    mutating func unpin() {
        if isPinned { used -= 1 }
        isPinned = false
    }
}
