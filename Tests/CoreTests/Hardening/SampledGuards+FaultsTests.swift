// What an access to the pool was, for each place that it can hit.

import Testing

@Suite struct SampledGuardsFaultsTests {
    private struct Expectation {
        let offset: Int
        let violation: Violation
        let distance: UInt
    }

    private func check(_ pool: Ref<SampledGuards>, _ block: Address, _ expectations: [Expectation]) {
        for expectation in expectations {
            let access = pool.pointee.access(at: Address(block.bits &+ UInt(bitPattern: expectation.offset)))
            verify(access?.violation == expectation.violation, "\(expectation.offset)")
            verify(access?.distance == expectation.distance, "\(expectation.offset): \(access?.distance ?? 0)")
            verify(access?.history.start == block)
        }
    }

    @Test func liveBlocks() throws {
        let pool = TestSamples.make(slotCount: 4)
        let right = try require(pool.allocate(48))
        check(
            pool, right,
            [
                Expectation(offset: 48, violation: .guardedOverflow, distance: 0),
                Expectation(offset: 49, violation: .guardedOverflow, distance: 1),
                Expectation(offset: 48 + 8191, violation: .guardedOverflow, distance: 8191),
                Expectation(offset: 48 - 4097, violation: .guardedUnderflow, distance: 4049),
                Expectation(offset: 48 - 8192, violation: .guardedUnderflow, distance: 8144),
            ])
        let left = try require(pool.allocate(48, isRight: false))
        check(
            pool, left,
            [
                Expectation(offset: -1, violation: .guardedUnderflow, distance: 1),
                Expectation(offset: -4096, violation: .guardedUnderflow, distance: 4096),
                Expectation(offset: 4096, violation: .guardedOverflow, distance: 4048),
            ])
        // Accessible: a fault there has another reason.
        verify(pool.pointee.access(at: right) == nil && pool.pointee.access(at: left + 100) == nil)
    }

    @Test func freedBlocks() throws {
        let pool = TestSamples.make(slotCount: 4)
        let block = try require(pool.allocate(48))
        pool.pointee.deallocate(block)
        check(
            pool, block,
            [
                Expectation(offset: 0, violation: .guardedUseAfterFree, distance: 0),
                Expectation(offset: 47, violation: .guardedUseAfterFree, distance: 47),
                Expectation(offset: 50, violation: .guardedUseAfterFree, distance: 2),
                Expectation(offset: -3, violation: .guardedUseAfterFree, distance: 3),
            ])
    }

    /// A slot that was never used: its guards are its neighbours' too, its page is nobody's.
    @Test func unusedSlots() throws {
        let pool = TestSamples.make(slotCount: 64)
        let extent = pool.pointee.extent
        for index in 0..<UInt(64) {
            let slot = extent.start + index * pool.pointee.slotByteCount
            for place: UInt in [0, 5000, 9000, 16383] { verify(pool.pointee.access(at: slot + place) == nil) }
        }
        let block = try require(pool.allocate(48))
        let slot = extent.start + (block.offset(from: extent.start) & ~(pool.pointee.slotByteCount - 1))
        if slot.offset(from: extent.start) + pool.pointee.slotByteCount < extent.byteCount {
            let next = slot + pool.pointee.slotByteCount
            verify(pool.pointee.access(at: next + 4095)?.violation == .guardedOverflow)
            verify(pool.pointee.access(at: next + 4095)?.history.start == block)
        }
        if slot != extent.start {
            let previous = slot - pool.pointee.slotByteCount
            verify(pool.pointee.access(at: previous + 8192)?.violation == .guardedUnderflow)
            verify(pool.pointee.access(at: previous + 4095) == nil)
        }
    }
}
