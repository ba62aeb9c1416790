// A walk over a heap's live blocks (bw_heap_visit), by the thread that uses the heap.

import Synchronization

extension Heap {
    /// Calls `body` with each live block and its size, until it returns false. `body` must leave the heap as it is.
    /// - Returns: false if `body` did.
    mutating func visitBlocks(_ body: (Address, UInt) -> Bool) -> Bool {
        takeWakes()
        for index in 0..<SizeClass.count {
            var candidate = queues[index].first
            while let page = candidate {
                candidate = page.pointee.next
                _ = page.pointee.collect()
                guard page.pointee.visitBlocks(body) else { return false }
            }
        }
        var candidate = full.first
        while let page = candidate {
            candidate = page.pointee.next
            guard page.pointee.visitBlocks(body) else { return false }
        }
        guard hasSingles else { return true }
        var goesOn = true
        unsafe allocator.pointee.forEachSingle(of: Ref(at: address)) { allocator, block in
            guard goesOn, let byteCount = allocator.liveByteCount(at: block) else { return }
            goesOn = body(block, byteCount)
        }
        return goesOn
    }
}

extension Page {
    /// The same for a page's. The owner.
    fileprivate mutating func visitBlocks(_ body: (Address, UInt) -> Bool) -> Bool {
        // What is free: by the bits where there are some, else all that is on the lists.
        var free = InlineArray<1024, UInt64>(repeating: 0)
        if !Variant.doubleFreeDetection {
            note(self.free, in: &free)
            note(localFree, in: &free)
        }
        var number: UInt32 = 1
        while number <= capacity {
            let isLive =
                Variant.doubleFreeDetection
                ? states.isLive(number) : free[Int(number / 64)] >> UInt64(number % 64) & 1 == 0
            let block = address(of: number)
            if isLive, !body(block, requestedByteCount(of: block)) { return false }
            number += 1
        }
        return true
    }

    private mutating func note(_ first: UInt32, in free: inout InlineArray<1024, UInt64>) {
        var mark = first
        // Bounded: a list that was written to may be a ring.
        var rest = capacity
        while mark != 0, rest != 0 {
            let number = number(ofMark: mark)
            guard number <= capacity else { return }
            free[Int(number / 64)] |= 1 << UInt64(number % 64)
            mark = link(at: address(of: number))
            rest -= 1
        }
    }
}
