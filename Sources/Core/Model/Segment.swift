// A segment: 32 MiB of address space, cut into 512 slices. Its descriptor, its pages' and their blocks' state bits lie
// in one metadata mapping. All fields are under the arena's lock.

import CBulwark

/// A segment's descriptor. In the same metadata follow 512 page descriptors, then each slice's state bits.
///
/// (1) free ∩ (slices of pages in use) == ∅, and their union is all slices
/// (2) dirty ⊆ free: slices whose memory may be resident and hold old data
/// (3) slices ≥ committedCount were never touched and are not writable yet; they are in free ∖ dirty
/// (4) a slice in frontGuards (backGuards) has a guard on its first (last) OS page; a large block's page sees to its own
/// (5) all of a slice in sealed is guarded and has no memory; sealed ⊆ free, and is disjoint from frontGuards and
///     backGuards; sealed slices that are in dirty only wait
/// (6) withheld ∩ free == ∅: slices of large pages that were released, but that the kernel did not make accessible again; their
///     descriptors say what guards they have. The page map knows nothing of them
struct Segment: ~Copyable {
    /// Where the slices are; 0 while the descriptor waits to be used again.
    var base = Address(0)
    /// Where the slices' records are (flag blockStacks), writable as far as the slices; the descriptor keeps them.
    var records = Address(0)
    var next: Ref<Segment>?
    var previous: Ref<Segment>?
    var free = SliceSet()
    var dirty = SliceSet()
    var frontGuards = SliceSet()
    var backGuards = SliceSet()
    var sealed = SliceSet()
    var withheld = SliceSet()
    var committedCount: UInt = 0
    /// The longest run of free slices is at most this.
    var longestFreeRun: UInt = 0
    /// When `dirty` is to be purged and `withheld` to be tried again, in milliseconds; meaningless while both are empty.
    var purgeDeadline: UInt64 = 0

    private static var pagesOffset: UInt { 1024 }
    private static var statesOffset: UInt { pagesOffset + Unit.slicesInSegment * 128 }
    /// The metadata one segment needs.
    static var metadataByteCount: UInt {
        statesOffset + Unit.slicesInSegment * Variant.PageStates.byteCountPerSlice
    }

    /// The descriptor of the page that starts at slice `index` of the segment at `reference`.
    static func page(_ index: UInt, of reference: Ref<Segment>) -> Ref<Page> {
        unsafe Ref(at: reference.address + pagesOffset + index * 128)
    }
    static func stateAddress(_ index: UInt, of reference: Ref<Segment>) -> Address {
        reference.address + statesOffset + index * Variant.PageStates.byteCountPerSlice
    }
    static func recordAddress(_ index: UInt, of reference: Ref<Segment>) -> Address {
        reference.pointee.records + index * BlockRecord.byteCountPerSlice
    }

    func address(ofSlice index: UInt) -> Address { base + index * Unit.slice }

    /// True if nothing waits to be given back.
    var isSettled: Bool { dirty.isEmpty && withheld.isEmpty }

    /// Makes the slices below `end` writable, in steps of at least 16 (1 MiB), so that a small process commits
    /// little and system calls are few.
    /// - Returns: false if the kernel may not commit more.
    mutating func commit(upTo end: UInt) -> Bool {
        guard end > committedCount else { return true }
        let step = Swift.max(16, committedCount)
        let generous = Swift.min(Swift.max(end, committedCount + step), Unit.slicesInSegment)
        return commit(exactlyTo: generous) || commit(exactlyTo: end)
    }

    private mutating func commit(exactlyTo end: UInt) -> Bool {
        let start = address(ofSlice: committedCount)
        let byteCount = (end - committedCount) * Unit.slice
        guard VirtualMemory.protect(start, byteCount: byteCount, writable: true) else { return false }
        if Variant.blockStacks, !commitRecords(upTo: end) {
            // What is writable counts where memory is limited.
            _ = VirtualMemory.protect(start, byteCount: byteCount, writable: false)
            return false
        }
        committedCount = end
        return true
    }

    private func commitRecords(upTo end: UInt) -> Bool {
        VirtualMemory.protect(
            records + committedCount * BlockRecord.byteCountPerSlice,
            byteCount: (end - committedCount) * BlockRecord.byteCountPerSlice, writable: true)
    }

    /// Gives a new descriptor the address space for records.
    /// - Returns: false if there is none.
    mutating func reserveRecords() -> Bool {
        guard Variant.blockStacks, records.bits == 0 else { return true }
        let byteCount = Unit.slicesInSegment * BlockRecord.byteCountPerSlice
        guard let memory = VirtualMemory.map(byteCount: byteCount, writable: false) else { return false }
        bw_note_metadata(memory.bits, byteCount)
        records = memory
        return true
    }

    /// Makes the records inaccessible again, which hold nothing: what is writable counts where memory is limited.
    func closeRecords() {
        guard Variant.blockStacks else { return }
        _ = VirtualMemory.protect(
            records, byteCount: committedCount * BlockRecord.byteCountPerSlice, writable: false)
    }

    /// Forgets what was remembered of the blocks in free slices.
    func forgetRecords(_ run: Range<UInt>) {
        _ = VirtualMemory.purge(
            records + run.lowerBound * BlockRecord.byteCountPerSlice,
            byteCount: (run.upperBound - run.lowerBound) * BlockRecord.byteCountPerSlice)
    }

    /// Gives the memory of all free slices back. With quarantine they fault from then on, where the kernel has guards that
    /// take no mappings.
    mutating func purge(guards: Ref<GuardPages>) {
        var kept = dirty
        kept.subtract(sealed)
        dirty = kept
        var start = kept.first(from: 0)
        while let begin = start {
            let end = kept.firstAbsent(from: begin)
            let run = begin..<end
            let (place, byteCount) = (address(ofSlice: begin), (end - begin) * Unit.slice)
            if Variant.quarantine, guards.pointee.usesAdvice, seal(run, guards) {
                dirty.remove(run)
            } else if VirtualMemory.purge(place, byteCount: byteCount) {
                dirty.remove(run)
            } else if Variant.quarantine,
                frontGuards.count(in: run) + backGuards.count(in: run) == 0 || open(run, guards)
            {
                // Locked memory, which the kernel keeps. It can serve again only as zeros.
                unsafe place.zero(byteCount: byteCount)
                dirty.remove(run)
            }
            start = kept.first(from: end)
        }
    }

    /// Makes free slices fault, without memory. Only where guards take no mappings.
    /// - Returns: false if the kernel refused: they stay as they are.
    mutating func seal(_ run: Range<UInt>, _ guards: Ref<GuardPages>) -> Bool {
        let byteCount = (run.upperBound - run.lowerBound) * Unit.slice
        guard VirtualMemory.installGuard(address(ofSlice: run.lowerBound), byteCount: byteCount) else { return false }
        forgetGuards(run, guards)
        sealed.insert(run)
        return true
    }

    /// Removes the guards in free slices.
    private mutating func open(_ run: Range<UInt>, _ guards: Ref<GuardPages>) -> Bool {
        let count = frontGuards.count(in: run) + backGuards.count(in: run)
        let byteCount = (run.upperBound - run.lowerBound) * Unit.slice
        guard guards.pointee.remove(address(ofSlice: run.lowerBound), byteCount: byteCount, guardCount: count) else {
            return false
        }
        frontGuards.remove(run)
        backGuards.remove(run)
        return true
    }

    /// Makes free slices accessible again.
    /// - Returns: false if the kernel refused: they stay as they are.
    mutating func unseal(_ run: Range<UInt>, _ guards: Ref<GuardPages>) -> Bool {
        guard sealed.intersects(run) else { return true }
        let byteCount = (run.upperBound - run.lowerBound) * Unit.slice
        guard VirtualMemory.removeGuard(address(ofSlice: run.lowerBound), byteCount: byteCount) else { return false }
        forgetGuards(run, guards)
        sealed.remove(run)
        return true
    }

    private mutating func forgetGuards(_ run: Range<UInt>, _ guards: Ref<GuardPages>) {
        guards.pointee.forget(guardCount: frontGuards.count(in: run) + backGuards.count(in: run))
        frontGuards.remove(run)
        backGuards.remove(run)
    }
}
