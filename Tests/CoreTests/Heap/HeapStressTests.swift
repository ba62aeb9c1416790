// Real threads, each with a heap of its own, that exchange blocks, end and start anew. Made for ThreadSanitizer:
// `swift test --sanitize thread --filter HeapStress`.

import Synchronization
import Testing

@Suite struct HeapStressTests {
    private static let slotCount: UInt = 64

    /// Where threads leave blocks for each other, under a lock. A block's first word is its size, the last one its
    /// complement.
    private struct Exchange: ~Copyable {
        let lock = Lock()
        var slots: Table<UInt>
    }

    private static func fill(_ block: Address, _ byteCount: UInt) {
        unsafe block.storeWord(UInt64(byteCount))
        unsafe (block + (byteCount - 8)).storeWord(~UInt64(byteCount))
    }

    private static func check(_ block: Address) {
        let byteCount = unsafe block.loadWord()
        verify(byteCount >= 16 && byteCount < 20 << 20, "the first word changed")
        guard byteCount >= 16 && byteCount < 20 << 20 else { return }
        verify(unsafe (block + (UInt(byteCount) - 8)).loadWord() == ~byteCount, "the last word changed")
    }

    /// One thread's life: takes a heap, exchanges blocks, gives the heap back.
    private static func live(
        _ allocator: Ref<Allocator>, _ exchange: Ref<Exchange>, _ random: inout TestRandom, _ steps: Int
    ) {
        let heap = TestAllocator.heap(allocator)
        var own: [Address] = []
        for _ in 0..<steps {
            let byteCount: UInt =
                switch random.below(200) {
                case 0..<150: 16 + 8 * random.below(50)
                case 150..<196: 4096 + 8 * random.below(2500)
                case 196..<199: 16 + 8 * random.below(1 << 17)
                default: 9 << 20
                }
            let alignment: UInt = random.isOne(in: 10) ? 1 << (4 + random.below(9)) : 16
            guard let block = heap.pointee.allocate(byteCount, alignment: alignment) else {
                verify(false, "no memory")
                return
            }
            verify(block.isAligned(to: alignment))
            verify(!Variant.paddingCanaries || allocator.pointee.usableByteCount(block) == byteCount)
            fill(block, byteCount)
            let slot = random.below(slotCount)
            exchange.pointee.lock.acquire()
            let other = Address(unsafe exchange.pointee.slots[unchecked: slot])
            unsafe exchange.pointee.slots[unchecked: slot] = block.bits
            exchange.pointee.lock.release()
            guard other.bits != 0 else { continue }
            check(other)
            switch random.below(8) {
            case 0: own.append(other)
            case 2:
                // By small steps: in place, where the block is this heap's.
                var resized = other
                for _ in 0..<4 {
                    let byteCount = max(16, UInt(unsafe resized.loadWord()) + 16 - random.below(5) * 8)
                    guard byteCount < 20 << 20, let next = heap.pointee.reallocate(resized, byteCount) else { break }
                    fill(next, byteCount)
                    resized = next
                }
                check(resized)
                TestAllocator.free(resized, heap)
                if let trap = heap.pointee.allocate(0) { TestAllocator.free(trap, heap) }
            case 1:
                if let resized = heap.pointee.reallocate(other, 16 + random.below(2000)) {
                    TestAllocator.free(resized, heap)
                }
            default: TestAllocator.free(other, heap)
            }
            if own.count > 20 { TestAllocator.free(own.removeFirst(), heap) }
        }
        for block in own {
            check(block)
            TestAllocator.free(block, heap)
        }
        // As a thread's end does it, or as a sweep does.
        if random.isOne(in: 2) { allocator.pointee.parkHeap(heap) } else { allocator.pointee.returnHeap(heap) }
    }

    @Test(arguments: [1, 2]) func exchange(_ round: UInt64) throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 1
        let exchange = TestAllocator.zeroed(Exchange.self)
        let memory = try require(VirtualMemory.map(byteCount: Self.slotCount * 8, writable: true))
        exchange.pointee.slots = unsafe Table(at: memory)
        let (allocatorBits, exchangeBits) = (allocator.address.bits, exchange.address.bits)
        let lives = Seed.repetitions(8)
        runThreads(4) { thread in
            var random = TestRandom(stream: 70 + UInt64(thread) + round * 100)
            for _ in 0..<lives {
                unsafe Self.live(
                    Ref(at: Address(allocatorBits)), Ref(at: Address(exchangeBits)), &random, 250)
            }
        }
        allocator.pointee.returnParkedHeaps(until: .max)
        verify(invariants: Invariants.broken(allocator))
        let last = TestAllocator.heap(allocator)
        for slot in 0..<Self.slotCount {
            let block = Address(unsafe exchange.pointee.slots[unchecked: slot])
            guard block.bits != 0 else { continue }
            Self.check(block)
            TestAllocator.free(block, last)
        }
        verify(invariants: Invariants.broken(last))
        allocator.pointee.returnHeap(last)
        allocator.pointee.arena.purge(dueBy: .max)
        verify(invariants: Invariants.broken(allocator))
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedCount == 0 && statistics.freeCount == 0 && statistics.hugeCount == 0)
        verify(statistics.dirtyByteCount == 0 && statistics.foreignFreeCount == 0)
        verify(allocator.pointee.abandonedCount.load(ordering: .relaxed) == 0)
    }
}
