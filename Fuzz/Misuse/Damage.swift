// Writes that went astray, and what may be said of them. A report must be explained: by the misuse that the program commits in
// this very call, or by bytes that an earlier one changed.

import CFuzz

/// A place that a wrong write changed.
struct Damage {
    /// The range that was written.
    let start: Address
    let end: Address
    /// Reports may name blocks that begin in this range: those that were written to, and the one behind, which looks at the
    /// word in front of it.
    let first: Address
    let last: Address
    /// Blocks with greater keys did not exist then.
    let birth: UInt64
    /// The block whose free, or realloc, must find it: an overflow of this one.
    var overflowed: Address?
    /// The block whose free by its page's owner must find it.
    var undercut: Address?
    /// It lies in a block that was freed: it must be found before that is handed out, unless the kernel was given its
    /// memory back. The number is fuzz_watch's.
    var watch: UInt32?

    func explains(_ report: FoundViolation) -> Bool {
        switch report.violation {
        case .overflow, .underflow, .writeAfterFree:
            return report.address.bits >= first.bits && report.address.bits <= last.bits
        default: return false
        }
    }

    func touches(_ start: Address, _ end: Address) -> Bool {
        self.start.bits < end.bits && start.bits < self.end.bits
    }
    func touches(_ block: ShadowBlock) -> Bool { block.key < birth && touches(block.address, block.end) }
}

/// All of an input.
struct Damages {
    private(set) var all: [Damage] = []
    var isEmpty: Bool { all.isEmpty }
    /// Watches are few: later damage is not woven in.
    var isFull: Bool { all.count >= Int(FUZZ_WATCH_COUNT) }

    mutating func add(_ damage: Damage) { all.append(damage) }

    /// A new one, with the range of blocks that reports of it may name.
    /// - Parameter page: what covers `start`.
    static func make(_ start: Address, _ end: Address, _ page: Ref<Page>, birth: UInt64) -> Damage {
        var (first, last) = (page.pointee.origin, page.pointee.origin)
        if page.pointee.kind == .blocks {
            let size = UInt(page.pointee.blockByteCount)
            first = start - start.offset(from: page.pointee.origin) % size
            last = (end - 1) - (end - 1).offset(from: page.pointee.origin) % size + size
        } else if page.pointee.kind == .sampled {
            first = start.aligned(down: Unit.osPage)
            last = first + Unit.osPage
        }
        return Damage(start: start, end: end, first: first, last: last, birth: birth)
    }

    func explains(_ report: FoundViolation) -> Bool { all.contains { $0.explains(report) } }

    /// True if a block's content may not be what it was.
    func touches(_ block: ShadowBlock) -> Bool { all.contains { $0.touches(block) } }
    /// True if something went astray near an address that is not found yet.
    func isNear(_ address: Address) -> Bool {
        all.contains { $0.first.bits <= address.bits && address.bits <= $0.last.bits }
    }

    /// What a report says of damage is said: nobody has to find that again.
    mutating func note(_ report: FoundViolation) {
        for index in all.indices where all[index].explains(report) {
            if report.address == all[index].overflowed { all[index].overflowed = nil }
            if all[index].watch != nil { all[index].watch = nil }
            all[index].undercut = nil
        }
    }

    /// A block is handed out: damage to what was free there must have been found.
    /// - Parameter end: of all that is looked at.
    mutating func checkHandingOut(_ start: Address, _ end: Address) {
        for index in all.indices {
            guard let watch = all[index].watch, all[index].touches(start, end) else { continue }
            expect(
                fuzz_was_given_back(watch),
                "a write after free at \(hex(all[index].start)) was not found: \(hex(start)) is "
                    + "handed out")
            all[index].watch = nil
        }
    }

    /// A block ends, by a free or a realloc: what nobody will look at now has to be found by nobody.
    mutating func forget(_ block: Address) {
        for index in all.indices {
            if all[index].overflowed == block { all[index].overflowed = nil }
            if all[index].undercut == block { all[index].undercut = nil }
        }
    }
}
