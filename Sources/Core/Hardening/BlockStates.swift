// Two bits a block, out of line (flag doubleFreeDetection): every double free and every free of no live block is
// found, whichever thread frees, whatever the freed block holds now.

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
    /// The same two in steps, so that everything else can be checked in between and nothing is undone: the page's word of
    /// live bits as it will be, or nil if the block is not free (not live); then `commit`.
    func wordIfFree(_ number: UInt32) -> UInt64?
    func wordIfLive(_ number: UInt32) -> UInt64?
    func commit(_ number: UInt32, _ word: UInt64)
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
    /// For a page made anew with blocks 1 … count: none is live.
    func clear(count: UInt32)
}

/// The bits of one page: pairs of words, `live` and `remoteFreed`, 64 blocks a pair, so that one cache line serves
/// a free. `live` is written by the page's owner alone, `remoteFreed` by atomic read-modify-writes of others.
///
/// For a block: (1) in its user's hands: live ∧ ¬remoteFreed; (2) on threadFree: live ∧ remoteFreed;
/// (3) free: ¬live ∧ ¬remoteFreed; (4) ¬live ∧ remoteFreed never, but after two threads freed at the same instant:
/// the owner finds it at `settle` or `markLive`.
struct BlockStates: BlockStateStorage {
    static var isTracking: Bool { true }

    private let words: Table<Atomic<UInt64>>

    /// Numbers up to `largestNumber`, two bits each.
    static var byteCountPerSlice: UInt { 1024 }
    static var largestNumber: UInt32 { 4095 }

    @unsafe init(at address: Address) { unsafe words = Table(at: address) }

    // The number is at most `largestNumber`: a page has no more blocks. Relaxed: what orders a
    // block's bits between threads is the program's own passing of the pointer, or the acquiring exchange of
    // threadFree.
    @inline(__always) private func position(_ number: UInt32) -> UInt { UInt(number &>> 6) &* 2 }
    @inline(__always) private func bit(_ number: UInt32) -> UInt64 { 1 &<< UInt64(number) }

    @inline(__always) func wordIfFree(_ number: UInt32) -> UInt64? {
        let (at, bit) = (position(number), bit(number))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        return (live | remote) & bit == 0 ? live ^ bit : nil
    }

    @inline(__always) func wordIfLive(_ number: UInt32) -> UInt64? {
        let (at, bit) = (position(number), bit(number))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        return (live & ~remote) & bit != 0 ? live ^ bit : nil
    }

    @inline(__always) func commit(_ number: UInt32, _ word: UInt64) {
        // Releasing: in the child of a fork that catches its owner between two stores, a live block has its canary.
        unsafe words[unchecked: position(number)].store(word, ordering: .releasing)
    }

    @inline(__always) func markLive(_ number: UInt32) -> Bool {
        guard let word = wordIfFree(number) else { return false }
        commit(number, word)
        return true
    }

    @inline(__always) func isKept(_ number: UInt32) -> Bool {
        unsafe words[unchecked: position(number)].load(ordering: .relaxed) & bit(number) != 0
    }

    func isFree(_ number: UInt32) -> Bool {
        let (at, bit) = (position(number), bit(number))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        return (live | remote) & bit == 0
    }

    @inline(__always) func claimByOwner(_ number: UInt32) -> Bool {
        guard let word = wordIfLive(number) else { return false }
        commit(number, word)
        return true
    }

    func claimRemotely(_ number: UInt32) -> Bool {
        let (at, bit) = (position(number), bit(number))
        guard unsafe words[unchecked: at].load(ordering: .relaxed) & bit != 0 else { return false }
        let old = unsafe words[unchecked: at &+ 1].bitwiseOr(bit, ordering: .relaxed).oldValue
        return old & bit == 0
    }

    func settle(_ number: UInt32) -> Bool {
        let (at, bit) = (position(number), bit(number))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let old = unsafe words[unchecked: at &+ 1].bitwiseAnd(~bit, ordering: .relaxed).oldValue
        unsafe words[unchecked: at].store(live & ~bit, ordering: .relaxed)
        return (live & old) & bit != 0
    }

    @inline(__always) func isLive(_ number: UInt32) -> Bool {
        let at = position(number)
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        return (live & ~remote) &>> UInt64(number) & 1 != 0  // one instruction, bt
    }

    func liveCount(upTo count: UInt32) -> UInt {
        var sum = 0
        var at: UInt = 0
        while at <= position(count) {
            let live = unsafe words[unchecked: at].load(ordering: .relaxed)
            let remote = unsafe words[unchecked: at + 1].load(ordering: .relaxed)
            sum += (live & ~remote).nonzeroBitCount
            at += 2
        }
        return UInt(sum)
    }

    func clear(count: UInt32) {
        var at: UInt = 0
        while at <= position(count) &+ 1 {
            // Read first: a page that was emptied left its words at 0, and most were never touched.
            if unsafe words[unchecked: at].load(ordering: .relaxed) != 0 {
                unsafe words[unchecked: at].store(0, ordering: .relaxed)
            }
            at += 1
        }
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
    @inline(__always) func wordIfFree(_ number: UInt32) -> UInt64? { 0 }
    @inline(__always) func wordIfLive(_ number: UInt32) -> UInt64? { 0 }
    @inline(__always) func commit(_ number: UInt32, _ word: UInt64) {}
    @inline(__always) func isKept(_ number: UInt32) -> Bool { true }
    @inline(__always) func claimRemotely(_ number: UInt32) -> Bool { true }
    @inline(__always) func settle(_ number: UInt32) -> Bool { true }
    @inline(__always) func isLive(_ number: UInt32) -> Bool { true }
    func liveCount(upTo count: UInt32) -> UInt { UInt(count) }
    @inline(__always) func clear(count: UInt32) {}
}
