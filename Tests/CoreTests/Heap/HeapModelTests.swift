// Random streams over all operations, three heaps and frees across them, against the shadow.

import Testing

@Suite struct HeapModelTests {
    /// - Parameters:
    ///   - sizes: what to ask for.
    ///   - lifetime: how many blocks to have, about.
    private func stream(
        _ seed: UInt64, steps: Int, lifetime: UInt, endsHeaps: Bool = false, sizes: (inout TestRandom) -> UInt
    ) {
        var random = TestRandom(stream: seed)
        var shadow = ShadowHeap(heapCount: 3)
        shadow.allocator.pointee.arena.purgeDelay = 2
        for step in 0..<steps {
            let heap = Int(random.below(3))
            let byteCount = sizes(&random)
            let allocates = random.below(2 * lifetime) >= UInt(shadow.blocks.count)
            if shadow.blocks.isEmpty || allocates {
                switch random.below(10) {
                case 0:
                    let alignment: UInt = 1 << random.below(random.isOne(in: 10) ? 21 : 13)
                    shadow.add(
                        shadow.heaps[heap].pointee.allocate(byteCount, alignment: alignment), byteCount,
                        alignment: alignment)
                case 1: shadow.add(shadow.heaps[heap].pointee.allocateZeroed(byteCount), byteCount, isZeroed: true)
                default: shadow.allocate(byteCount, in: heap)
                }
            } else {
                let index = Int(random.below(UInt(shadow.blocks.count)))
                switch random.below(10) {
                case 0..<2: shadow.reallocate(index, max(1, byteCount), by: heap)
                default: shadow.free(index, by: heap)
                }
            }
            if endsHeaps, random.isOne(in: 400) {
                shadow.allocator.pointee.returnHeap(shadow.heaps[heap])
                shadow.heaps[heap] = TestAllocator.heap(shadow.allocator)
            }
            if step % 500 == 499 { shadow.checkInvariants() }
        }
        shadow.checkBlocks()
        shadow.checkInvariants()
        shadow.freeAll(by: 1)
        shadow.endAndCheckNothingIsLeft()
    }

    @Test func everySize() { stream(30, steps: Seed.repetitions(6_000), lifetime: 300) { $0.byteCount() } }

    @Test func smallSizes() { stream(31, steps: Seed.repetitions(10_000), lifetime: 1500) { $0.below(300) } }

    /// One class of few blocks a page, so that pages fill, empty and wake all the time.
    @Test func fullPages() { stream(32, steps: Seed.repetitions(5_000), lifetime: 60) { 6000 + $0.below(1000) } }

    @Test func fullMediumPages() {
        stream(33, steps: Seed.repetitions(2_000), lifetime: 40) { 90_000 + $0.below(40_000) }
    }

    @Test func endingHeaps() {
        stream(34, steps: Seed.repetitions(6_000), lifetime: 200, endsHeaps: true) {
            $0.isOne(in: 2) ? 7000 + $0.below(100) : $0.below(600)
        }
    }

    @Test func largeAndHuge() {
        stream(35, steps: Seed.repetitions(300), lifetime: 10) {
            $0.isOne(in: 3) ? $0.below(20 << 20) : $0.below(1 << 20)
        }
    }
}
