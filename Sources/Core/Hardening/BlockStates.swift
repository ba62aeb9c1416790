// Two bits a block, out of line (flag doubleFreeDetection): every double free and every free of no live block is
// found, whichever thread frees, whatever the freed block holds now.

import Synchronization

/// What a page asks about its blocks, by block number less one. Functions that return false found a violation.
protocol BlockStateStorage {
    /// The room one slice's blocks need; a page uses its first slice's.
    static var byteCountPerSlice: UInt { get }
    @unsafe init(at address: Address)
    /// The owner hands a block out: it must be free, and becomes live.
    func markLive(_ index: UInt32) -> Bool
    /// The owner frees a block: it must be live and freed by no other thread, and becomes free.
    func claimByOwner(_ index: UInt32) -> Bool
    /// Another thread frees a block: it must be live and freed by no one; it waits for the owner's collection.
    func claimRemotely(_ index: UInt32) -> Bool
    /// The owner takes over a block that another thread freed; it becomes free.
    func settle(_ index: UInt32) -> Bool
    /// True if the block is in its user's hands.
    func isLive(_ index: UInt32) -> Bool
    /// For a page made anew: no block is live.
    func clear(count: UInt32)
}

/// The bits of one page: pairs of words, `live` and `remoteFreed`, 64 blocks a pair, so that one cache line serves
/// a free. `live` is written by the page's owner alone, `remoteFreed` by atomic read-modify-writes of others.
///
/// For a block: (1) in its user's hands: live ∧ ¬remoteFreed; (2) on threadFree: live ∧ remoteFreed;
/// (3) free: ¬live ∧ ¬remoteFreed; (4) ¬live ∧ remoteFreed never, but after two threads freed at the same instant:
/// the owner finds it at `settle` or `markLive`.
struct BlockStates: BlockStateStorage {
    private let words: Table<Atomic<UInt64>>

    /// 4,096 blocks of 16 bytes in 64 KiB, two bits each.
    static var byteCountPerSlice: UInt { 1024 }

    @unsafe init(at address: Address) { unsafe words = Table(at: address) }

    // The index is below the page's capacity, at most 4,096: the callers have compared. Relaxed: what orders a
    // block's bits between threads is the program's own passing of the pointer, or the acquiring exchange of
    // threadFree.
    @inline(__always) private func position(_ index: UInt32) -> UInt { UInt(index >> 6) &* 2 }
    @inline(__always) private func bit(_ index: UInt32) -> UInt64 { 1 &<< UInt64(index) }

    @inline(__always) func markLive(_ index: UInt32) -> Bool {
        let (at, bit) = (position(index), bit(index))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        unsafe words[unchecked: at].store(live | bit, ordering: .relaxed)
        return (live | remote) & bit == 0
    }

    @inline(__always) func claimByOwner(_ index: UInt32) -> Bool {
        let (at, bit) = (position(index), bit(index))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        guard (live & ~remote) & bit != 0 else { return false }
        unsafe words[unchecked: at].store(live ^ bit, ordering: .relaxed)
        return true
    }

    func claimRemotely(_ index: UInt32) -> Bool {
        let (at, bit) = (position(index), bit(index))
        guard unsafe words[unchecked: at].load(ordering: .relaxed) & bit != 0 else { return false }
        let old = unsafe words[unchecked: at &+ 1].bitwiseOr(bit, ordering: .relaxed).oldValue
        return old & bit == 0
    }

    func settle(_ index: UInt32) -> Bool {
        let (at, bit) = (position(index), bit(index))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let old = unsafe words[unchecked: at &+ 1].bitwiseAnd(~bit, ordering: .relaxed).oldValue
        unsafe words[unchecked: at].store(live & ~bit, ordering: .relaxed)
        return (live & old) & bit != 0
    }

    func isLive(_ index: UInt32) -> Bool {
        let (at, bit) = (position(index), bit(index))
        let live = unsafe words[unchecked: at].load(ordering: .relaxed)
        let remote = unsafe words[unchecked: at &+ 1].load(ordering: .relaxed)
        return (live & ~remote) & bit != 0
    }

    func clear(count: UInt32) {
        var at: UInt = 0
        while at < position(count &+ 63) {
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
    private let reserved: UInt64 = 0

    static var byteCountPerSlice: UInt { 0 }
    @unsafe init(at address: Address) {}
    @inline(__always) func markLive(_ index: UInt32) -> Bool { true }
    @inline(__always) func claimByOwner(_ index: UInt32) -> Bool { true }
    @inline(__always) func claimRemotely(_ index: UInt32) -> Bool { true }
    @inline(__always) func settle(_ index: UInt32) -> Bool { true }
    @inline(__always) func isLive(_ index: UInt32) -> Bool { true }
    @inline(__always) func clear(count: UInt32) {}
}
