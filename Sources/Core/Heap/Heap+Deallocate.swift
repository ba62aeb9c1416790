// free: the owner's fast path; other threads', and all that is wrong with a pointer, apart from it.

import Synchronization

extension Allocator {
    /// Frees a block.
    /// - Parameters:
    ///   - address: what the program passed to free: any 64-bit value. 0 is allowed.
    ///   - heapAddress: the calling thread's heap, or 0.
    /// - Complexity: O(1); by the owner no lock or atomic read-modify-write unless a page empties or was full.
    @inline(__always) mutating func deallocate(_ address: Address, heapAddress: Address) {
        guard heapAddress.bits != 0 else {
            deallocateSlowly(address, heapAddress)
            return
        }
        switch deallocateDirectly(address, heapAddress) {
        case .freed(let page): if page.pointee.used == 0 { Self.attend(to: page, heapAddress) }
        case .waits(let page, let number): Self.wait(number, of: page, heapAddress)
        case .otherCase: deallocateSlowly(address, heapAddress)
        case .damaged: deallocateDamaged(address, heapAddress)
        }
    }

    /// How the fast path of free ended.
    enum DirectFree {
        /// The block is the page's again, which needs `attend` if it has no used block now.
        case freed(Ref<Page>)
        /// The block is cleared, and its caller is to let it wait: for `Heap.takeBackLater`. With longQuarantine alone.
        case waits(Ref<Page>, UInt32)
        /// This is another case: nothing has changed.
        case otherCase
        /// The block is the heap's and was live, but is not as it should be: for `deallocateDamaged`.
        case damaged
    }

    /// The fast path: a live block of a page of this heap. (Not 0, which is the owner of no page, but of the page map's
    /// zeros too.)
    /// - Parameter requested: the size that the block must have been requested with, where canaries tell; else it is `damaged`.
    @inline(__always) mutating func deallocateDirectly(
        _ address: Address, _ heapAddress: Address, requested: UInt? = nil
    ) -> DirectFree {
        let page = pageMap.candidate(for: address)
        guard page.pointee.owner.load(ordering: .relaxed) == heapAddress.bits else { return .otherCase }
        if Variant.zeroOnFree || Variant.paddingCanaries {
            guard UInt(page.pointee.blockByteCount) <= SizeClass.largestDirectByteCount else { return .otherCase }
            guard let number = page.pointee.candidateNumber(ofBlockAt: address) else { return .otherCase }
            switch page.pointee.claim(number, at: address, requested: requested) {
            case .passed:
                if Variant.longQuarantine { return .waits(page, number) }
                page.pointee.takeBack(number, at: address)
            case .wrongState: return .otherCase
            case .damaged: return .damaged
            }
        } else {
            guard let number = page.pointee.number(ofBlockAt: address), page.pointee.states.claimByOwner(number)
            else {
                return .otherCase
            }
            if Variant.longQuarantine { return .waits(page, number) }
            page.pointee.takeBack(number, at: address)
        }
        return .freed(page)
    }

    /// The rest of free for a block whose fast path claimed it and then found something wrong.
    @inline(never) mutating func deallocateDamaged(_ address: Address, _ heapAddress: Address) {
        revive(address)
        deallocateSlowly(address, heapAddress)
    }

    /// Makes a block live again that the fast path claimed and then found something wrong with.
    func revive(_ address: Address) {
        let page = pageMap.candidate(for: address)
        if let number = page.pointee.candidateNumber(ofBlockAt: address) { page.pointee.states.revive(number) }
    }

    /// A page has no used block any more, or had none to spare before.
    static func attend(to page: Ref<Page>, _ heapAddress: Address) {
        // Safe: an owner that equals the thread's heap address is that heap.
        unsafe Ref<Heap>(at: heapAddress).pointee.attend(to: page)
    }

    /// A block of this heap's, cleared, waits.
    static func wait(_ number: UInt32, of page: Ref<Page>, _ heapAddress: Address) {
        // Safe: as above.
        unsafe Ref<Heap>(at: heapAddress).pointee.takeBackLater(number, of: page)
    }

    /// All the cases of free, the fast one included.
    @inline(never) mutating func deallocateSlowly(_ address: Address, _ heapAddress: Address) {
        guard phase.load(ordering: .acquiring) == 2, let page = pageMap.page(covering: address) else {
            if address.bits != 0 { deallocateForeign(address) }
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
        let byteCount = page.pointee.examine(number, at: address, isOwner: true)
        page.pointee.clear(number, at: address, byteCount)
        if Variant.longQuarantine {
            Self.wait(number, of: page, heapAddress)
            return
        }
        page.pointee.takeBack(number, at: address)
        if page.pointee.used == 0 { Self.attend(to: page, heapAddress) }
    }

    /// Frees a block of a page that the calling thread does not own.
    private mutating func deallocateRemotely(
        _ page: Ref<Page>, _ address: Address, _ heapAddress: Address
    ) {
        let life = page.pointee.sharedState
        if Variant.sampledGuards, page.pointee.kind == .sampled {
            samples.deallocate(address)
            return
        }
        if page.pointee.kind == .trap {
            if !page.pointee.freeTrap(at: address) { refuse(page, address, .doubleFree, .invalidFree) }
            return
        }
        if page.pointee.kind != .blocks {
            deallocateSingle(page, address)
            return
        }
        guard let number = page.pointee.sharedNumber(ofBlockAt: address) else {
            refuse(page, address, .doubleFree, .invalidFree)
            return
        }
        switch page.pointee.pushRemotely(number, at: address, in: life) {
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
