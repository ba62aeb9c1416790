// free, where blocks wait for long before they serve again (flag longQuarantine).

import Synchronization

extension Heap {
    /// So many frees after its own a block is looked at for the first time: most dangling pointers are used soon.
    static var firstLook: UInt { 64 }

    /// Takes a block back that the owner freed, and that is cleared: it waits, until the bytes that were freed after it exceed
    /// this heap's part of the option `quarantine_bytes`.
    mutating func takeBackLater(_ number: UInt32, of page: Ref<Page>) {
        guard Variant.longQuarantine, waiting.append(MagazineEntry(page, number)) else {
            takeBack(number, of: page)
            return
        }
        let heapCount = Swift.max(1, allocator.pointee.heapCount.load(ordering: .relaxed))
        let limit = allocator.pointee.options[.quarantineBytes]
        // Safe: the blocks of all heaps lie in memory.
        while waiting.byteCount &* heapCount > limit { releaseOldest() }
        guard waiting.count > Self.firstLook else { return }
        let entry = waiting.entry(waiting.count - 1 - Self.firstLook)
        _ = entry.page.pointee.checkFree(entry.number)
    }

    /// All that waits goes back to its pages.
    mutating func releaseWaiting() {
        guard Variant.longQuarantine else { return }
        while waiting.count != 0 { releaseOldest() }
    }

    private mutating func releaseOldest() {
        let entry = waiting.removeFirst()
        // Now, not when it is handed out: its page may be emptied, and its memory go.
        _ = entry.page.pointee.checkFree(entry.number)
        takeBack(entry.number, of: entry.page)
    }

    private mutating func takeBack(_ number: UInt32, of page: Ref<Page>) {
        page.pointee.takeBack(number, at: page.pointee.address(of: number))
        if page.pointee.used == 0 { attend(to: page) }
    }

    /// - Returns: how many of those that wait were written to; each was reported.
    func checkWaiting() -> UInt {
        guard Variant.longQuarantine else { return 0 }
        var damaged: UInt = 0
        var index: UInt = 0
        while index < waiting.count {
            let entry = waiting.entry(index)
            if !entry.page.pointee.checkFree(entry.number) { damaged += 1 }
            index += 1
        }
        return damaged
    }
}
