// Threads that take and give back sampled blocks of one pool, also each other's: no slot is two blocks' at once.

import Synchronization
import Testing

@Suite struct SampledGuardsStressTests {
    @Test func threadsShareAPool() throws {
        let pool = TestSamples.make(slotCount: 32)
        let threadCount = 4
        let rounds = Seed.repetitions(5000)
        // A block on its way from one thread to the next; 0: none.
        let handed = TestAllocator.zeroed(Exchange.self)
        let served = TestAllocator.zeroed(Exchange.self)
        let places = (pool.address.bits, handed.address.bits, served.address.bits)
        runThreads(threadCount) { index in
            let pool: Ref<SampledGuards> = unsafe Ref(at: Address(places.0))
            let handed: Ref<Exchange> = unsafe Ref(at: Address(places.1))
            let served: Ref<Exchange> = unsafe Ref(at: Address(places.2))
            var random = TestRandom(stream: UInt64(900 + index))
            var own: [(block: Address, byteCount: UInt)] = []
            for round in 0..<rounds {
                if own.count < 6, random.isOne(in: 2) {
                    let byteCount = 8 + random.below(2000)
                    guard let block = pool.allocate(byteCount, isRight: random.isOne(in: 2)) else { continue }
                    _ = served.pointee.value.add(1, ordering: .relaxed)
                    verify(MemoryProbe.isZero(block, byteCount: byteCount))
                    unsafe block.storeWord(UInt64(index) << 32 | UInt64(round))
                    own.append((block, byteCount))
                } else if let (block, byteCount) = own.popLast() {
                    let word = unsafe block.loadWord()
                    verify(word >> 32 == UInt64(index))
                    verify(pool.pointee.liveByteCount(block) == byteCount)
                    let other = handed.pointee.value.exchange(block.bits, ordering: .acquiringAndReleasing)
                    if other != 0 { pool.pointee.deallocate(Address(other)) }
                }
            }
            for (block, _) in own { pool.pointee.deallocate(block) }
        }
        let last = handed.pointee.value.load(ordering: .acquiring)
        if last != 0 { pool.pointee.deallocate(Address(last)) }
        let sums = pool.pointee.liveCountAndByteCount
        verify(sums == (0, 0))
        verify(served.pointee.value.load(ordering: .relaxed) > UInt(rounds))
    }
}

private struct Exchange: ~Copyable {
    let value = Atomic<UInt>(0)
}
