// A shadow of several heaps: what blocks exist, of what size, with what content, so that each answer of the allocator
// can be checked.

import Testing

struct ShadowHeap {
    struct Block {
        let address: Address
        /// What was asked for.
        var byteCount: UInt
        /// The content is a function of this.
        var key: UInt64
    }

    let allocator: Ref<Allocator>
    var heaps: [Ref<Heap>]
    private(set) var blocks: [Block] = []
    private var nextKey: UInt64 = 1
    /// True if the last operation may have found no memory.
    var wasRefused: () -> Bool = { false }

    init(heapCount: Int, allocator: Ref<Allocator> = TestAllocator.make()) {
        self.allocator = allocator
        heaps = (0..<heapCount).map { _ in TestAllocator.heap(allocator) }
    }

    /// The offsets of the words that carry the content: all of a small block, some of a large one.
    private static func forEachWord(_ byteCount: UInt, _ body: (UInt) -> Void) {
        let words = byteCount / 8
        var word: UInt = 0
        while word < words {
            body(word * 8)
            word += word < 8 || words < 24 ? 1 : Swift.max(1, (words - 1 - word) / 4)
        }
    }

    private func pattern(_ key: UInt64, _ offset: UInt) -> UInt64 {
        (key << 32 | UInt64(offset)) &* 0x9E37_79B9_7F4A_7C15
    }

    private func fill(_ block: Block) {
        Self.forEachWord(block.byteCount) { unsafe (block.address + $0).storeWord(pattern(block.key, $0)) }
        // The bytes that are no whole word: the last byte, at least, is the user's too.
        if block.byteCount % 8 != 0 {
            unsafe (block.address + (block.byteCount - 1)).pointer.storeBytes(
                of: UInt8(truncatingIfNeeded: block.key), as: UInt8.self)
        }
    }

    func checkContent(_ block: Block) {
        var isIntact = true
        Self.forEachWord(block.byteCount) { offset in
            let word = unsafe (block.address + offset).loadWord()
            if word != pattern(block.key, offset) { isIntact = false }
        }
        if block.byteCount % 8 != 0 {
            let last = unsafe UnsafeRawPointer((block.address + (block.byteCount - 1)).pointer).load(as: UInt8.self)
            if last != UInt8(truncatingIfNeeded: block.key) { isIntact = false }
        }
        verify(isIntact, "content of a \(block.byteCount)-byte block changed")
    }

    /// The usable size, asked for as malloc_usable_size does.
    func usable(_ address: Address) -> UInt { allocator.pointee.usableByteCount(address) }

    /// Takes a new block into the books.
    mutating func add(_ address: Address?, _ byteCount: UInt, alignment: UInt = 16, isZeroed: Bool = false) {
        guard let address else {
            verify(wasRefused(), "no memory for \(byteCount)")
            return
        }
        verify(address.isAligned(to: Swift.max(alignment, 16)), "alignment \(alignment)")
        let usable = usable(address)
        // A large block is never empty: of aligned ones 0 bytes may be requested.
        let isExact = usable == byteCount || usable == max(byteCount, 1) && alignment > 16
        verify(Variant.paddingCanaries ? isExact : usable >= byteCount, "\(usable) usable of \(byteCount)")
        verify(allocator.pointee.owns(address), "owns")
        if isZeroed { verify(MemoryProbe.isZero(address, byteCount: byteCount), "not zeroed: \(byteCount)") }
        nextKey += 1
        let block = Block(address: address, byteCount: byteCount, key: nextKey)
        fill(block)
        blocks.append(block)
    }

    mutating func allocate(_ byteCount: UInt, in heap: Int) {
        add(heaps[heap].pointee.allocate(byteCount), byteCount)
    }

    /// Frees a block by the thread of `heap`, or by one that has none.
    mutating func free(_ index: Int, by heap: Int?) {
        let block = blocks[index]
        blocks.swapAt(index, blocks.count - 1)
        blocks.removeLast()
        checkContent(block)
        allocator.pointee.deallocate(block.address, heapAddress: heap.map { heaps[$0].address } ?? Address(0))
    }

    mutating func reallocate(_ index: Int, _ byteCount: UInt, by heap: Int) {
        let old = blocks[index]
        checkContent(old)
        guard let address = heaps[heap].pointee.reallocate(old.address, byteCount) else {
            verify(wasRefused(), "no memory for \(byteCount)")
            return
        }
        // The words of the lesser size are the old block's.
        let kept = Swift.min(old.byteCount, byteCount)
        var isKept = true
        Self.forEachWord(old.byteCount) { offset in
            guard offset + 8 <= kept else { return }
            if unsafe (address + offset).loadWord() != pattern(old.key, offset) { isKept = false }
        }
        verify(isKept, "reallocate \(old.byteCount) to \(byteCount) lost content")
        blocks.swapAt(index, blocks.count - 1)
        blocks.removeLast()
        add(address, byteCount)
    }

    /// No two blocks overlap, all contents are as they were.
    func checkBlocks() {
        let sorted = blocks.sorted { $0.address.bits < $1.address.bits }
        for (a, b) in zip(sorted, sorted.dropFirst()) {
            verify(a.address.bits + usable(a.address) <= b.address.bits, "two blocks overlap")
        }
        for block in blocks { checkContent(block) }
    }

    /// All equations of heaps and arena, and the totals against the books.
    func checkInvariants() {
        for heap in heaps { verify(invariants: Invariants.broken(heap)) }
        verify(invariants: Invariants.broken(allocator))
        let statistics = allocator.pointee.statistics()
        // Without states, blocks that wait on a threadFree count as used. Traps are not counted.
        let count = UInt(
            blocks.count { allocator.page(covering: $0.address).map { $0.pointee.kind != .trap } ?? true })
        let used = statistics.usedCount + statistics.hugeCount
        verify(Variant.doubleFreeDetection ? used == count : used >= count, "statistics: \(used) of \(count) blocks")
        verify(statistics.foreignFreeCount == 0, "statistics: foreign frees")
    }

    mutating func freeAll(by heap: Int?) { while !blocks.isEmpty { free(blocks.count - 1, by: heap) } }

    /// Ends all heaps; after that nothing may be left.
    func endAndCheckNothingIsLeft() {
        for heap in heaps { allocator.pointee.returnHeap(heap) }
        verify(invariants: Invariants.broken(allocator))
        allocator.pointee.arena.purge(dueBy: .max)
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedCount == 0 && statistics.usedByteCount == 0, "\(statistics.usedCount) blocks are left")
        verify(statistics.freeCount == 0 && statistics.hugeCount == 0, "pages are left")
        verify(statistics.dirtyByteCount == 0, "memory is left")
        verify(allocator.pointee.abandonedCount.load(ordering: .relaxed) == 0, "abandoned pages are left")
        verify(allocator.pointee.arena.segmentCount <= 1, "segments are left")
    }
}
