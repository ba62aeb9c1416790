// A look at all blocks that no other thread can be changing: at exit, every so often, or when asked.

import CBulwark
import Synchronization

extension Heap {
    /// The heap's thread, or one that keeps every thread from using the heap.
    /// - Returns: how many blocks are damaged; each was reported.
    mutating func check() -> UInt {
        // What other threads freed is looked at too, once it is back.
        takeWakes()
        var count = checkWaiting()
        for index in 0..<SizeClass.count {
            var candidate = queues[index].first
            while let page = candidate {
                candidate = page.pointee.next
                _ = page.pointee.collect()
                count += page.pointee.checkBlocks()
            }
            count += checkMagazine(SizeClass(index: UInt8(index)))
        }
        var candidate = full.first
        while let page = candidate {
            candidate = page.pointee.next
            count += page.pointee.checkBlocks()
        }
        return count
    }

    private func checkMagazine(_ sizeClass: SizeClass) -> UInt {
        guard Variant.usesMagazines, Variant.zeroOnFree else { return 0 }
        let magazine = magazine(sizeClass)
        var count: UInt = 0
        var place: UInt32 = 0
        while place < magazine.pointee.total {
            let entry = place < magazine.pointee.count ? magazine[place] : magazine.pointee.next
            if !entry.isUntouched, !entry.page.pointee.checkFree(entry.number) { count += 1 }
            place += 1
        }
        return count
    }
}

extension Allocator {
    /// Looks at the calling thread's blocks, those that ended threads left, and large and huge ones.
    /// - Parameter heapAddress: the calling thread's heap, or 0.
    /// - Returns: how many are damaged; each was reported.
    mutating func checkHeap(_ heapAddress: Address) -> UInt {
        guard Variant.paddingCanaries || Variant.zeroOnFree, phase.load(ordering: .acquiring) == 2 else { return 0 }
        var count: UInt = 0
        if heapAddress.bits != 0 { count += unsafe Ref<Heap>(at: heapAddress).pointee.check() }
        count += checkParkedHeaps()
        count += checkHeaps(besides: heapAddress)
        count += checkAbandonedPages()
        return count + checkSingles()
    }

    private func checkParkedHeaps() -> UInt {
        heapsLock.acquire()
        defer { heapsLock.release() }
        var count: UInt = 0
        var candidate = parkedHeaps
        while let heap = candidate {
            candidate = heap.pointee.nextSpare
            count += heap.pointee.check()
        }
        return count
    }

    /// The created heaps that the calling thread used last, and its own one if that is not its default.
    private func checkHeaps(besides heapAddress: Address) -> UInt {
        var count: UInt = 0
        var candidate = allHeaps
        while let heap = candidate {
            candidate = heap.pointee.nextHeap
            if heap.pointee.isKeptByThread, heap.address != heapAddress { count += heap.pointee.check() }
        }
        return count
    }

    /// Who frees into one of them meanwhile becomes its owner, and then waits for the lock.
    private func checkAbandonedPages() -> UInt {
        abandonedLock.acquire()
        defer { abandonedLock.release() }
        var count: UInt = 0
        for index in 0..<SizeClass.count {
            var candidate = abandoned[index].first
            while let page = candidate {
                candidate = page.pointee.next
                count += page.pointee.checkBlocks()
            }
        }
        return count
    }

    private mutating func checkSingles() -> UInt {
        guard Variant.paddingCanaries else { return 0 }
        arena.lock.acquire()
        defer { arena.lock.release() }
        var count: UInt = 0
        var candidate = arena.segments
        while let segment = candidate {
            candidate = segment.pointee.next
            var slice: UInt = 0
            while slice < Unit.slicesInSegment {
                let page = Segment.page(slice, of: segment)
                let isFree = segment.pointee.free.contains(slice)
                if !isFree, page.pointee.kind == .large, !check(single: page) { count += 1 }
                slice += isFree ? 1 : Swift.max(1, UInt(page.pointee.sliceCount))
            }
        }
        var huge = arena.hugePages
        while let page = huge {
            huge = page.pointee.next
            if !check(single: page) { count += 1 }
        }
        return count
    }

    /// Any thread may free or resize the block meanwhile: its end is looked at in a copy, and damage counts only if the block is the
    /// same before and after.
    /// - Returns: false if it is damaged: that is reported.
    private func check(single page: Ref<Page>) -> Bool {
        let state = page.pointee.sharedState
        guard state.isInUse, state.isUnowned else { return true }
        let byteCount = page.pointee.requestedByteCount
        let filled = Swift.min(page.pointee.slack, Canary.longestFill)
        var copy = InlineArray<72, UInt8>(repeating: 0)
        let end = page.pointee.userStart + byteCount
        guard filled != 0 else { return true }
        let isRead = unsafe withUnsafeMutableBytes(of: &copy) {
            unsafe bw_os_copy_safely($0.baseAddress!, end.bits, Int(filled), bw_os_process_id()) == 0
        }
        guard isRead, page.pointee.requestedByteCount == byteCount, page.pointee.sharedState == state else {
            return true
        }
        let canary = page.pointee.keys.canary(at: page.pointee.origin)
        for at in 0..<Int(filled) {
            let expected = UInt8(truncatingIfNeeded: canary >> UInt64(at % 8 * 8))
            guard copy[at] != expected else { continue }
            // From the copy: the block itself may be gone by now.
            let damage = DamagedByte(address: end + UInt(at), expected: expected, found: copy[at])
            Report.violation(
                .overflow, at: page.pointee.userStart, .block(byteCount: byteCount),
                history: page.pointee.history(0, at: page.pointee.userStart, byteCount),
                damage: Variant.heapChecks ? damage : nil)
            // Put right, so that it is reported once; where there are other threads, one may be about to free it.
            if bw_is_single_threaded() { page.pointee.fillSingle(byteCount) }
            return false
        }
        return true
    }
}
