// Blocks that were never handed out, where blocks go through magazines: not on a list, which would touch them, but in a set
// of the chunk of 64 blocks that was opened last.

import Synchronization

extension Page {
    private static var chunkLength: UInt32 { 64 }

    /// The blocks in front of the chunk that was opened last.
    private var chunkStart: UInt32 { (capacity - 1) / Self.chunkLength * Self.chunkLength }

    /// Makes the next chunk available. `untouched` must be empty, and blocks be left.
    mutating func openChunk() {
        let first = capacity
        capacity = Swift.min(first + Self.chunkLength, UInt32(blockCount))
        let count = UInt64(capacity - first)
        untouched = count == 64 ? ~0 : (1 << count) - 1
    }

    /// Takes one of the untouched blocks, of which there must be one.
    /// - Parameter random: chooses among them; a number below 64.
    mutating func takeUntouched(_ random: UInt32) -> UInt32 {
        // The set, turned by `random`: its first member then is a random one's next.
        let set = untouched
        let turned = set >> UInt64(random) | set << UInt64(64 - random)
        let bit = (UInt32(truncatingIfNeeded: turned.trailingZeroBitCount) + random) % 64
        untouched = set & ~(1 << UInt64(bit))
        return chunkStart + 1 + bit
    }

    /// Puts a block, whose memory is the kernel's again or as good as new, back. Only in pages of one chunk.
    mutating func returnUntouched(_ number: UInt32) {
        untouched |= 1 << UInt64(number - 1)
    }

    /// True if every block of the page is in its one chunk.
    var hasOneChunk: Bool { UInt32(blockCount) <= Self.chunkLength }

    private func untouchedBit(_ number: UInt32) -> UInt64 {
        guard Variant.usesMagazines, number > chunkStart else { return 0 }
        return 1 << UInt64(number - chunkStart - 1)
    }

    func isUntouched(_ number: UInt32) -> Bool { untouched & untouchedBit(number) != 0 }
    mutating func forgetUntouched(_ number: UInt32) { untouched &= ~untouchedBit(number) }
}
