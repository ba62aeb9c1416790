// What a page's blocks must look like, by where they are: Page (5) and (6), BlockStates (1) to (3).

import Synchronization

/// Where the blocks of a page are that are not in a user's hands.
struct PageBlocks {
    /// On `free` or `localFree`, or available.
    let listed: [UInt32]
    let magazine: [UInt32]
    /// On threadFree.
    let remote: [UInt32]

    var firstTwice: UInt32? {
        var seen: Set<UInt32> = []
        return (listed + magazine + remote).first { !seen.insert($0).inserted }
    }
}

extension Invariants {
    /// Page (5).
    static func brokenStates(_ page: Ref<Page>, _ blocks: PageBlocks) -> String? {
        guard Variant.doubleFreeDetection, let segment = page.pointee.segment else { return nil }
        let states = Segment.stateAddress(UInt(page.pointee.sliceIndex), of: segment)
        let words = unsafe Table<Atomic<UInt64>>(at: states)
        func bits(_ number: UInt32) -> (live: Bool, remote: Bool) {
            let at = UInt(number / 64) * 4
            let live = unsafe words[unchecked: at].load(ordering: .relaxed)
            let freed = unsafe words[unchecked: at + 1].load(ordering: .relaxed)
            return (live >> UInt64(number % 64) & 1 != 0, freed >> UInt64(number % 64) & 1 != 0)
        }
        var live = 0
        let capacity = page.madeCount
        for number in 0...page.blockCount where bits(number).live {
            live += 1
            if number == 0 || number > capacity { return "Page (5): block \(number) was never made and is live" }
        }
        let used = Int(page.pointee.trueUsed)
        if live != used - blocks.magazine.count {
            return "Page (5): \(live) live bits, \(used) used, \(blocks.magazine.count) in the magazine"
        }
        for number in blocks.listed + blocks.magazine where bits(number) != (false, false) {
            return "Page (5): free block \(number) has a bit"
        }
        for number in blocks.remote where bits(number) != (true, true) { return "BlockStates (2): block \(number)" }
        return nil
    }

    /// Page (6), and what Page+Canary.swift says of blocks on threadFree.
    static func brokenContents(_ page: Ref<Page>, _ blocks: PageBlocks) -> String? {
        let byteCount = UInt(page.pointee.blockByteCount)
        if Variant.zeroOnFree {
            for number in blocks.listed + blocks.magazine
            where !isBlank(page, page.pointee.address(of: number), byteCount, page.pointee.blankWord(number)) {
                return "Page (6): block \(number), available or in the magazine, is not blank"
            }
        }
        guard Variant.paddingCanaries, Variant.doubleFreeDetection else { return nil }
        for number in blocks.remote {
            let block = page.pointee.address(of: number)
            guard let requested = page.pointee.sealedByteCount(of: block) else {
                return "Page (6): block \(number), on threadFree, has no seal"
            }
            if Variant.zeroOnFree, requested > 8, !isBlank(page, block + 8, requested - 8, page.pointee.blank) {
                return "block \(number), on threadFree, is not blank"
            }
        }
        for number in 1...page.blockCount where page.pointee.states.isLive(number) {
            if page.pointee.intactByteCount(of: page.pointee.address(of: number)) == nil {
                return "Page (6): live block \(number) has no canary"
            }
        }
        return nil
    }

    /// Without making the kernel give memory where there is none.
    private static func isBlank(_ page: Ref<Page>, _ block: Address, _ byteCount: UInt, _ word: UInt64) -> Bool {
        if page.pointee.sizeClass.isSparse, byteCount >= 4 * Unit.osPage,
            !VirtualMemory.isAnyResident(block, byteCount: byteCount)
        {
            return true
        }
        return MemoryProbe.isFilled(block, byteCount: byteCount, with: UInt8(truncatingIfNeeded: word))
    }
}
