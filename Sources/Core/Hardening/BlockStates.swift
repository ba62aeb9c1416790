// Bits of state a block, out of line (flag doubleFreeDetection): every double free and every free of no live block is
// found, whichever thread frees, whatever the freed block holds now. Where blocks go through magazines, two more bits say
// which free ones are available, and are a page's only list of them.

import Synchronization

/// What a page asks about its blocks, by block number. Number 0, and numbers that the page never handed out, are
/// allowed, and never live. Functions that return false found a violation.
protocol BlockStateStorage {
    /// States are kept: what doubleFreeDetection promises.
    static var isTracking: Bool { get }
    /// The room one slice's blocks need; a page uses its first slice's.
    static var byteCountPerSlice: UInt { get }
    @unsafe init(at address: Address)
    /// The owner hands a block out: it must be free, and becomes live.
    func markLive(_ number: UInt32) -> Bool
    /// The owner frees a block: it must be live and freed by no other thread, and becomes free.
    func claimByOwner(_ number: UInt32) -> Bool
    /// The owner's check of a block that it just claimed failed: it is live as before.
    func revive(_ number: UInt32)
    /// The owner's check of a block that it just marked live failed: it is in nobody's hands as before.
    func revoke(_ number: UInt32)
    /// True if the owner has not taken the block back: another thread may have freed it, but its bytes are kept.
    func isKept(_ number: UInt32) -> Bool
    /// Another thread frees a block: it must be live and freed by no one; it waits for the owner's collection.
    func claimRemotely(_ number: UInt32) -> Bool
    /// The owner takes over a block that another thread freed; it becomes free.
    func settle(_ number: UInt32) -> Bool
    /// True if the block may be handed out.
    func isFree(_ number: UInt32) -> Bool
    /// True if the block is in its user's hands.
    func isLive(_ number: UInt32) -> Bool
    /// How many of blocks 1 … count are in users' hands; approximate while threads run.
    func liveCount(upTo count: UInt32) -> UInt
    /// The highest block number that there is room for.
    static var largestNumber: UInt32 { get }
    /// For a page made anew with blocks 1 … count: none is live, or available.
    func clear(count: UInt32)

    // The free blocks that may be handed out; the owner's, where blocks go through magazines. Blocks are in chunks of 64
    // by number: chunk c has 64c … 64c + 63.

    /// A free block becomes available.
    func makeAvailable(_ number: UInt32)
    /// Untouched blocks, numbers first … last of one chunk, become available.
    func makeAvailable(untouched first: UInt32, through last: UInt32)
    func isAvailable(_ number: UInt32) -> Bool
    /// True if the block is available, and somebody was given it once.
    func isTouched(_ number: UInt32) -> Bool
    /// Those of a chunk that are available, and of them those that nobody was ever given: bit i is block 64 · chunk + i.
    func available(inChunk chunk: UInt32) -> (touched: UInt64, untouched: UInt64)
    /// Takes some of them away.
    func take(_ set: UInt64, ofChunk chunk: UInt32)
    /// An available block's memory is as good as untouched.
    func noteUntouched(_ number: UInt32)
    /// How many of blocks 1 … count are available, and untouched.
    func availableCount(upTo count: UInt32) -> (all: UInt32, untouched: UInt32)
    /// For pages of fewer than 64 blocks: those that were available at the last sweep, and were not taken since.
    var rested: UInt64 { get nonmutating set }
}

/// The bits of one page: for each chunk of 64 blocks the words `live`, `remoteFreed`, `available` and `untouched`, so that
/// one cache line serves a free. `remoteFreed` is written by atomic read-modify-writes of threads that do not own the page,
/// the others by the owner alone.
///
/// For a block: (1) in its user's hands: live ∧ ¬remoteFreed; (2) on threadFree: live ∧ remoteFreed;
/// (3) free: ¬live ∧ ¬remoteFreed; (4) ¬live ∧ remoteFreed never, but after two threads freed at the same instant:
/// the owner finds it at `settle` or `markLive`; (5) available ⇒ free, and in no magazine; untouched ⇒ available.
struct BlockStates: BlockStateStorage {
    static var isTracking: Bool { true }

    private let words: Table<Atomic<UInt64>>

    /// Numbers up to `largestNumber`, four bits each.
    static var byteCountPerSlice: UInt { 2048 }
    static var largestNumber: UInt32 { 4095 }

    @unsafe init(at address: Address) { unsafe words = Table(at: address) }

    // The number is at most `largestNumber`: a page has no more blocks. Relaxed: what orders a
    // block's bits between threads is the program's own passing of the pointer, or the acquiring exchange of
    // threadFree.
    @inline(__always) private func live(_ number: UInt32) -> UInt { UInt(number &>> 6) &* 4 }
    @inline(__always) private func remoteFreed(_ number: UInt32) -> UInt { live(number) &+ 1 }
    @inline(__always) private func available(_ number: UInt32) -> UInt { live(number) &+ 2 }
    @inline(__always) private func untouched(_ number: UInt32) -> UInt { live(number) &+ 3 }
    @inline(__always) private func bit(_ number: UInt32) -> UInt64 { 1 &<< UInt64(number) }

    @inline(__always) private func load(_ at: UInt) -> UInt64 {
        unsafe words[unchecked: at].load(ordering: .relaxed)
    }
    @inline(__always) private func store(_ at: UInt, _ word: UInt64) {
        // Releasing, which costs nothing: in the child of a fork that catches its owner between two stores they are in order.
        unsafe words[unchecked: at].store(word, ordering: .releasing)
    }

    @inline(__always) func markLive(_ number: UInt32) -> Bool {
        let word = load(live(number))
        guard (word | load(remoteFreed(number))) & bit(number) == 0 else { return false }
        store(live(number), word ^ bit(number))
        return true
    }

    @inline(__always) func claimByOwner(_ number: UInt32) -> Bool {
        let word = load(live(number))
        guard word & ~load(remoteFreed(number)) & bit(number) != 0 else { return false }
        store(live(number), word ^ bit(number))
        return true
    }

    func revive(_ number: UInt32) { store(live(number), load(live(number)) | bit(number)) }
    func revoke(_ number: UInt32) { store(live(number), load(live(number)) & ~bit(number)) }

    @inline(__always) func isKept(_ number: UInt32) -> Bool {
        load(live(number)) &>> UInt64(number) & 1 != 0  // one instruction, bt
    }

    func isFree(_ number: UInt32) -> Bool {
        (load(live(number)) | load(remoteFreed(number))) & bit(number) == 0
    }

    func claimRemotely(_ number: UInt32) -> Bool {
        let bit = bit(number)
        guard load(live(number)) & bit != 0 else { return false }
        return unsafe words[unchecked: remoteFreed(number)].bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0
    }

    func settle(_ number: UInt32) -> Bool {
        let bit = bit(number)
        let word = load(live(number))
        let old = unsafe words[unchecked: remoteFreed(number)].bitwiseAnd(~bit, ordering: .relaxed).oldValue
        store(live(number), word & ~bit)
        return word & old & bit != 0
    }

    @inline(__always) func isLive(_ number: UInt32) -> Bool {
        (load(live(number)) & ~load(remoteFreed(number))) &>> UInt64(number) & 1 != 0
    }

    func liveCount(upTo count: UInt32) -> UInt {
        var sum = 0
        var number: UInt32 = 0
        while number <= count {
            sum += (load(live(number)) & ~load(remoteFreed(number))).nonzeroBitCount
            number += 64
        }
        return UInt(sum)
    }

    func clear(count: UInt32) {
        // The first words are about to be written: not to be read before the kernel gave them memory.
        unsafe words.address.touch()
        var at: UInt = 0
        while at < live(count) &+ 4 {
            // Read first: a page that was emptied left most of its words at 0, and many were never touched.
            if load(at) != 0 { store(at, 0) }
            at += 1
        }
    }

    @inline(__always) func makeAvailable(_ number: UInt32) {
        store(available(number), load(available(number)) | bit(number))
    }

    func makeAvailable(untouched first: UInt32, through last: UInt32) {
        let set = (~0 &>> UInt64(63 &- (last &- first))) &<< UInt64(first)
        store(untouched(first), load(untouched(first)) | set)
        store(available(first), load(available(first)) | set)
    }

    @inline(__always) func isAvailable(_ number: UInt32) -> Bool { load(available(number)) & bit(number) != 0 }
    @inline(__always) func isTouched(_ number: UInt32) -> Bool {
        load(available(number)) & ~load(untouched(number)) & bit(number) != 0
    }

    @inline(__always) func available(inChunk chunk: UInt32) -> (touched: UInt64, untouched: UInt64) {
        let (all, untouched) = (load(UInt(chunk) &* 4 &+ 2), load(UInt(chunk) &* 4 &+ 3))
        return (all & ~untouched, all & untouched)
    }

    @inline(__always) func take(_ set: UInt64, ofChunk chunk: UInt32) {
        let at = UInt(chunk) &* 4 &+ 2
        store(at, load(at) & ~set)
        store(at &+ 1, load(at &+ 1) & ~set)
    }

    func noteUntouched(_ number: UInt32) { store(untouched(number), load(untouched(number)) | bit(number)) }

    /// In the room of the second chunk, which such pages have not.
    var rested: UInt64 {
        get { load(4) }
        nonmutating set { store(4, newValue) }
    }

    func availableCount(upTo count: UInt32) -> (all: UInt32, untouched: UInt32) {
        var (all, untouched) = (0, 0)
        var chunk: UInt32 = 0
        while chunk <= count &>> 6 {
            let sets = available(inChunk: chunk)
            all += (sets.touched | sets.untouched).nonzeroBitCount
            untouched += sets.untouched.nonzeroBitCount
            chunk += 1
        }
        return (UInt32(all), UInt32(untouched))
    }
}

/// No bits, for variants without the flag: everything is as the program says. Reserves the reference's room.
struct NoBlockStates: BlockStateStorage {
    static var isTracking: Bool { false }

    private let reserved: UInt64 = 0

    static var byteCountPerSlice: UInt { 0 }
    static var largestNumber: UInt32 { 65_535 }
    @unsafe init(at address: Address) {}
    @inline(__always) func markLive(_ number: UInt32) -> Bool { true }
    @inline(__always) func isFree(_ number: UInt32) -> Bool { true }
    @inline(__always) func claimByOwner(_ number: UInt32) -> Bool { true }
    func revive(_ number: UInt32) {}
    func revoke(_ number: UInt32) {}
    @inline(__always) func isKept(_ number: UInt32) -> Bool { true }
    @inline(__always) func claimRemotely(_ number: UInt32) -> Bool { true }
    @inline(__always) func settle(_ number: UInt32) -> Bool { true }
    @inline(__always) func isLive(_ number: UInt32) -> Bool { true }
    func liveCount(upTo count: UInt32) -> UInt { UInt(count) }
    @inline(__always) func clear(count: UInt32) {}
    // Magazines need BlockStates.
    @inline(__always) func makeAvailable(_ number: UInt32) {}
    func makeAvailable(untouched first: UInt32, through last: UInt32) {}
    func isAvailable(_ number: UInt32) -> Bool { false }
    func isTouched(_ number: UInt32) -> Bool { false }
    func available(inChunk chunk: UInt32) -> (touched: UInt64, untouched: UInt64) { (0, 0) }
    func take(_ set: UInt64, ofChunk chunk: UInt32) {}
    func noteUntouched(_ number: UInt32) {}
    func availableCount(upTo count: UInt32) -> (all: UInt32, untouched: UInt32) { (0, 0) }
    var rested: UInt64 {
        get { 0 }
        nonmutating set {}
    }
}
