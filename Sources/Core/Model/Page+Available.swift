// The free blocks of a page, where blocks go through magazines: not on a list, but bits beside their states, so that free
// writes one word, in a line that it has read anyway, and a refill takes up to 64 blocks at a time.

import Synchronization

extension Page {
    private static var chunkLength: UInt32 { 64 }

    /// Makes the blocks up to the end of the next chunk available. There must be such blocks.
    mutating func openChunk() {
        let first = capacity + 1
        capacity = Swift.min(first / Self.chunkLength * Self.chunkLength + Self.chunkLength - 1, UInt32(blockCount))
        states.makeAvailable(untouched: first, through: capacity)
    }

    /// The block that the owner freed last: its number, and in the upper half the refill that passed it over, or 0. It waits
    /// for one refill, so that nobody gets it straight after its free.
    var lastFreed: UInt32 {
        @inline(__always) get { free }
        @inline(__always) set { free = newValue }
    }

    /// The block that a refill passes over, or 0.
    /// - Parameter turn: the refill; from 1 to 65,535, another one each time.
    private mutating func waiting(_ turn: UInt32) -> UInt32 {
        let (number, passed) = (lastFreed & 0xFFFF, lastFreed &>> 16)
        guard number != 0, states.isAvailable(number), passed == 0 || passed == turn else {
            lastFreed = 0
            return 0
        }
        lastFreed = number | turn &<< 16
        return number
    }

    /// True if a refill finds blocks here. Not for full pages.
    mutating func hasSpareBlocks(_ turn: UInt32) -> Bool {
        let count = capacity - trueUsed
        return count > 1 || (count == 1 && waiting(turn) == 0)
    }

    /// True if a refill finds blocks here that were used before. Not for full pages.
    mutating func hasSpareTouchedBlocks(_ turn: UInt32) -> Bool {
        let counts = states.availableCount(upTo: capacity)
        let touched = counts.all - counts.untouched
        // The one that waits is none that a purge made untouched: purges pass it over.
        return touched > 1 || (touched == 1 && waiting(turn) == 0)
    }

    /// The blocks that somebody was given once.
    var touchedCount: UInt32 { capacity - states.availableCount(upTo: capacity).untouched }

    /// Takes free blocks that were used before into a magazine that has room for 64 at least, until it has `target` entries
    /// or some more.
    mutating func moveTouched(to magazine: Ref<Magazine>, target: UInt32, turn: UInt32, reference: Ref<Page>) {
        isIdle = false
        let last = capacity / Self.chunkLength
        // Where something was freed just now, first: if little is available it is found at once.
        var chunk = (lastFreed & 0xFFFF) / Self.chunkLength
        let waiting = waiting(turn)
        var available = capacity - trueUsed
        var rest = last + 1
        while rest != 0, available != 0, magazine.pointee.count < target {
            let sets = states.available(inChunk: chunk)
            available -= UInt32((sets.touched | sets.untouched).nonzeroBitCount)
            var set = sets.touched
            if waiting != 0, chunk == waiting / Self.chunkLength { set &= ~(1 &<< UInt64(waiting)) }
            if set != 0 {
                states.take(set, ofChunk: chunk)
                if sizeClass.isSparse { states.rested &= ~set }
                used &+= UInt32(truncatingIfNeeded: set.nonzeroBitCount)
                append(set, ofChunk: chunk, to: magazine, reference: reference)
            }
            chunk = chunk == last ? 0 : chunk + 1
            rest -= 1
        }
    }

    /// The first of the chunks that have untouched blocks, and these.
    func firstUntouched() -> (chunk: UInt32, set: UInt64)? {
        var chunk: UInt32 = 0
        while chunk <= capacity / Self.chunkLength {
            let set = states.available(inChunk: chunk).untouched
            if set != 0 { return (chunk, set) }
            chunk += 1
        }
        return nil
    }

    /// Takes untouched blocks of a chunk into a magazine.
    mutating func moveUntouched(
        _ set: UInt64, ofChunk chunk: UInt32, to magazine: Ref<Magazine>, areUntouched: Bool, reference: Ref<Page>
    ) {
        if Variant.fillsFreed, !areUntouched, !sizeClass.isSparse { blankUntouched(set, ofChunk: chunk) }
        states.take(set, ofChunk: chunk)
        let count = UInt32(truncatingIfNeeded: set.nonzeroBitCount)
        used &+= count
        magazine.pointee.existing &+= count
        append(set, ofChunk: chunk, to: magazine, areUntouched: areUntouched, reference: reference)
    }

    @inline(__always) private func append(
        _ set: UInt64, ofChunk chunk: UInt32, to magazine: Ref<Magazine>, areUntouched: Bool = false,
        reference: Ref<Page>
    ) {
        var rest = set
        while rest != 0 {
            let number = chunk &* Self.chunkLength &+ UInt32(truncatingIfNeeded: rest.trailingZeroBitCount)
            magazine.append(MagazineEntry(reference, number, isUntouched: areUntouched))
            rest &= rest &- 1
        }
    }

    /// Takes a block back that a magazine held.
    mutating func returnFromMagazine(_ number: UInt32, isUntouched: Bool) {
        if isUntouched { states.noteUntouched(number) }
        states.makeAvailable(number)
        used &-= 1
    }

    /// Gives the memory of free blocks back that are worth a system call each, all but the OS pages that they share; the one
    /// that was freed last would no longer be known as such. For sparse classes, whose pages have one chunk.
    /// What was written to one since its free is reported first; it stays out of use.
    /// - Parameter isSweep: those alone that were free at the last sweep already.
    /// - Returns: how many blocks are as good as untouched now.
    mutating func purgeAvailable(isSweep: Bool = false) -> UInt32 {
        guard Variant.zeroOnFree else { return 0 }
        var count: UInt32 = 0
        var rest = states.available(inChunk: 0).touched & ~(1 &<< UInt64(lastFreed & 0xFFFF))
        if isSweep { rest &= states.rested }
        while rest != 0 {
            let number = UInt32(truncatingIfNeeded: rest.trailingZeroBitCount)
            rest &= rest &- 1
            guard purge(number) else { continue }
            states.noteUntouched(number)
            forgetWhole(number)
            count += 1
        }
        states.rested = states.available(inChunk: 0).touched
        return count
    }

    private mutating func purge(_ number: UInt32) -> Bool {
        let block = address(of: number)
        guard isZeroSparsely(number, at: block) else {
            states.take(1 << UInt64(number % Self.chunkLength), ofChunk: number / Self.chunkLength)
            used &+= 1
            reportDamage(number, at: block)
            return false
        }
        return VirtualMemory.purge(blockAt: block, byteCount: UInt(blockByteCount))
    }
}
