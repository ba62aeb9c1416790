// The owner's operations on a page's lists: the bodies of malloc's and free's fast paths.

import Synchronization

extension Page {
    /// What `free`, `localFree` and the links between their blocks hold of a block: its number; or, where neither keys nor state
    /// bits need that, its distance from `origin`, which malloc turns into an address without a multiplication. (The links
    /// of threadFree are numbers.)
    static var listsHoldOffsets: Bool { !Variant.encodedFreeLists && !Variant.doubleFreeDetection }

    @inline(__always) func mark(of number: UInt32) -> UInt32 {
        // Safe: a run has 2³² bytes at most.
        Self.listsHoldOffsets ? number &* blockByteCount : number
    }
    @inline(__always) func address(ofMark mark: UInt32) -> Address {
        Self.listsHoldOffsets ? origin + UInt(mark) : address(of: mark)
    }
    func number(ofMark mark: UInt32) -> UInt32 { Self.listsHoldOffsets ? mark / blockByteCount : mark }

    /// Reads the link in a free block.
    /// - Returns: the next number or mark; 0 ends the list. A link that was overwritten is reported, and ends the list.
    @inline(__always) mutating func link(at block: Address) -> UInt32 {
        let next = unsafe decode(block.loadWord(), at: block)
        if Variant.encodedFreeLists, next > UInt64(capacity) {
            reportWriteAfterFree(block)
            return 0
        }
        return UInt32(truncatingIfNeeded: next)
    }

    @inline(__always) private func decode(_ word: UInt64, at block: Address) -> UInt64 {
        Variant.encodedFreeLists ? keys.decode(word, at: block) : word
    }

    /// - Parameter number: or mark.
    @inline(__always) func setLink(from block: Address, to number: UInt32) {
        unsafe block.storeWord(Variant.encodedFreeLists ? keys.encode(number, at: block) : UInt64(number))
    }

    @inline(never) func reportWriteAfterFree(_ block: Address) {
        let byteCount = formerByteCount(at: block)
        Report.violation(
            .writeAfterFree, at: block, .block(byteCount: byteCount), history: history(at: block, byteCount),
            damage: damagedByte(ofFree: block))
    }

    /// The block was freed twice, and both frees were believed: by two threads at the same instant, or in a variant
    /// without state bits.
    @inline(never) func reportDoubleFree(_ block: Address) {
        let byteCount = formerByteCount(at: block)
        Report.violation(
            .doubleFree, at: block, .block(byteCount: byteCount), history: history(at: block, byteCount))
    }

    /// The most that can be requested of one of the page's blocks.
    var roomByteCount: UInt { UInt(blockByteCount) - Canary.byteCount }

    /// Hands a block from `free` out.
    /// - Returns: nil if that list is empty, or something is wrong with its first block: then nothing has changed.
    @inline(__always) mutating func popBlock(_ byteCount: UInt) -> Address? {
        let mark = free
        if mark == 0 { return nil }
        let block = address(ofMark: mark)
        let next = unsafe decode(block.loadWord(), at: block)
        if Variant.encodedFreeLists, next > UInt64(capacity) { return nil }
        guard handOut(mark, at: block, byteCount) else { return nil }
        free = UInt32(truncatingIfNeeded: next)
        used &+= 1  // ≤ capacity, by (1)
        return block
    }

    /// The same, for slow paths: what is wrong is reported.
    mutating func popBlockOrReport(_ byteCount: UInt) -> Address? {
        while free != 0 {
            if let block = popBlock(byteCount) { return block }
            let number = number(ofMark: free)
            guard let block = unlinkBlock() else { continue }
            reportDamage(number, at: block)
        }
        return nil
    }

    /// Takes the first block off `free`, and its link out of it; it is in nobody's hands then, and does not count as used.
    /// What is wrong with its link or state is reported.
    /// - Returns: nil if the list is empty, or its first block is not free.
    mutating func unlinkBlock() -> Address? {
        let mark = free
        if mark == 0 { return nil }
        let block = address(ofMark: mark)
        free = link(at: block)
        if free == mark { free = 0 }
        unsafe block.storeWord(0)
        if states.isFree(mark) { return block }
        reportDoubleFree(block)
        return nil
    }

    /// Takes a block back that the owner freed: its state is free, and it is cleared.
    ///
    /// If `used` is 0 then, the page needs its heap's attention: it is empty, or it was full.
    @inline(__always) mutating func takeBack(_ number: UInt32, at block: Address) {
        if Variant.usesMagazines {
            states.makeAvailable(number)
            lastFreed = number
        } else {
            setLink(from: block, to: localFree)
            localFree = mark(of: number)
        }
        used &-= 1  // ≥ 1 before: this block was used
    }

    /// Makes up to `count` untouched blocks available, lowest first. `free` must be empty.
    mutating func extend(by count: UInt32) {
        let first = capacity
        let last = Swift.min(first + count, UInt32(blockCount))
        guard first < last else { return }
        capacity = last
        var number = first + 1
        while number < last {
            setLink(from: address(of: number), to: mark(of: number + 1))
            number += 1
        }
        setLink(from: address(of: last), to: 0)
        free = mark(of: first + 1)
    }

    /// Moves `localFree` to `free`, if that is empty.
    @inline(__always) mutating func collectLocally() {
        guard free == 0 else { return }
        free = localFree
        localFree = 0
    }

    /// Takes in what was freed. Not for full pages.
    /// - Returns: true if there are blocks to hand out now.
    mutating func collect() -> Bool {
        if !Variant.usesMagazines { collectLocally() }
        if sharedState.head != 0 { collectThreadFree() }
        return Variant.usesMagazines ? trueUsed != capacity : free != 0
    }

    /// Takes the whole threadFree list over, and settles each block's state.
    mutating func collectThreadFree() {
        var old = sharedState
        while true {
            var new = old
            new.head = 0
            if swapSharedState(old, new) { break }
            old = sharedState
        }
        var number = old.head
        // Bounded, so that a cycle that an attacker closed in a variant without checks ends.
        var remaining = capacity
        while number != 0, number <= capacity, remaining > 0 {
            remaining -= 1
            let block = address(of: number)
            let next = link(at: block)
            if states.settle(number), trueUsed != 0 {
                clearPadding(number, at: block)
                if Variant.usesMagazines {
                    unsafe block.storeWord(blank)
                    states.makeAvailable(number)
                } else {
                    setLink(from: block, to: free)
                    free = mark(of: number)
                }
                used -= 1
            } else {
                reportDoubleFree(block)
            }
            number = next
        }
    }
}
