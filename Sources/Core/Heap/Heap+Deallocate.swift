// free: the owner's fast path; other threads', and all that is wrong with a pointer, apart from it.

import Synchronization

extension Allocator {
    /// Frees a block.
    /// - Parameters:
    ///   - address: what the program passed to free: any 64-bit value. 0 is allowed.
    ///   - heapAddress: the calling thread's heap, or 0.
    /// - Complexity: O(1); by the owner no lock or atomic read-modify-write unless a page empties or was full.
    @inline(__always) mutating func deallocate(_ address: Address, heapAddress: Address) {
        if !deallocateDirectly(address, heapAddress) { deallocateSlowly(address, heapAddress) }
    }

    /// The fast path: a live block of a page of this heap, which neither empties by it nor was full.
    /// - Returns: false if this is another case; nothing has changed then.
    @inline(__always) mutating func deallocateDirectly(_ address: Address, _ heapAddress: Address) -> Bool {
        guard let page = arena.pageMap.candidate(for: address),
            page.pointee.owner.load(ordering: .relaxed) == heapAddress.bits,
            page.pointee.used != 1,
            let number = page.pointee.number(ofBlockAt: address),
            page.pointee.states.claimByOwner(number)
        else { return false }
        page.pointee.pushLocally(number, at: address)
        return true
    }

    /// All the cases of free, the fast one included.
    @inline(never) mutating func deallocateSlowly(_ address: Address, _ heapAddress: Address) {
        guard phase.load(ordering: .acquiring) == 2, let page = arena.pageMap.page(covering: address) else {
            if address.bits != 0 { reportForeign(.invalidFree, address) }
            return
        }
        guard page.pointee.owner.load(ordering: .relaxed) == heapAddress.bits else {
            deallocateRemotely(page, address, heapAddress)
            return
        }
        guard let number = page.pointee.number(ofBlockAt: address), page.pointee.states.claimByOwner(number) else {
            refuse(page, address, .doubleFree, .invalidFree)
            return
        }
        page.pointee.pushLocally(number, at: address)
        // Safe: an owner that equals the thread's heap address is that heap.
        if page.pointee.used == 0 { unsafe Ref<Heap>(at: heapAddress).pointee.attend(to: page) }
    }

    /// Frees a block of a page that the calling thread does not own.
    private mutating func deallocateRemotely(
        _ page: Ref<Page>, _ address: Address, _ heapAddress: Address
    ) {
        if page.pointee.kind != .blocks {
            deallocateSingle(page, address)
            return
        }
        guard let number = page.pointee.number(ofBlockAt: address) else {
            refuse(page, address, .doubleFree, .invalidFree)
            return
        }
        switch page.pointee.pushRemotely(number, at: address) {
        case .pushed: return
        case .pushedAndMustWake: wakeOwner(of: page)
        case .pushedAndOwned: settleAbandoned(page, for: heapAddress)
        case .refused: refuse(page, address, .doubleFree, .invalidFree)
        }
    }

    /// Tells the owner of a page that was full of the first free into it.
    private mutating func wakeOwner(of page: Ref<Page>) {
        let owner = page.pointee.owner.load(ordering: .relaxed)
        guard owner > Page.unowned else {
            // It is being given up: who takes it looks at its lists anyway.
            page.pointee.changeState { $0.isWaking = false }
            return
        }
        // Heaps are type-stable: if the thread has ended meanwhile, the heap's next user takes the page off.
        let heap = unsafe Ref<Heap>(at: Address(owner))
        while true {
            let head = heap.pointee.wakes.load(ordering: .relaxed)
            page.pointee.wakeNext = head == 0 ? nil : unsafe Ref(at: Address(head))
            let swapped = heap.pointee.wakes.weakCompareExchange(
                expected: head, desired: page.address.bits, ordering: .releasing)
            if swapped.exchanged { return }
        }
    }
}
