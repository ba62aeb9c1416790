// Runs of large blocks that the kernel does not make accessible again: they wait, and come back.

import Synchronization
import Testing

@Suite struct ArenaWithholdTests {
    private func withheldCount(_ allocator: Ref<Allocator>) -> UInt {
        var count: UInt = 0
        var candidate = allocator.pointee.arena.segments
        while let segment = candidate {
            count += segment.pointee.withheld.count
            candidate = segment.pointee.next
        }
        return count
    }

    /// Blocks that were allocated and freed, and wait.
    private func detain(_ count: Int, in allocator: Ref<Allocator>) throws {
        let blocks = try (0..<count).map { _ in
            try require(allocator.pointee.allocateSingle(900_000, alignment: 16))
        }
        for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
    }

    @Test func refusedRunsComeBack() throws {
        guard Variant.quarantine else { return }
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        try detain(12, in: allocator)
        let calls = RefusedCalls(oneIn: 1)
        calls.during { allocator.pointee.arena.purge(dueBy: .max) }
        verify(withheldCount(allocator) >= 12 * 14, "\(withheldCount(allocator)) slices are withheld")
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        // Still refused: as before, and looked at again later.
        calls.during { allocator.pointee.arena.purge(dueBy: .max) }
        verify(withheldCount(allocator) >= 12 * 14)
        verify(allocator.pointee.arena.nextPurge.load(ordering: .relaxed) != 0)
        calls.end()
        allocator.pointee.arena.purge(dueBy: .max)
        verify(withheldCount(allocator) == 0)
        verify(allocator.pointee.arena.segments?.pointee.free.count == Unit.slicesInSegment, "slices are lost")
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        try detain(12, in: allocator)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    /// A segment with nothing but such runs need not wait for them.
    @Test func segmentsGoWithThem() throws {
        guard Variant.quarantine else { return }
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        try detain(60, in: allocator)
        verify(allocator.pointee.arena.segmentCount > 1)
        RefusedCalls(oneIn: 1).during { allocator.pointee.arena.purge(dueBy: .max) }
        verify(allocator.pointee.arena.segmentCount == 1, "\(allocator.pointee.arena.segmentCount) segments")
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        allocator.pointee.arena.purge(dueBy: .max)
        verify(withheldCount(allocator) == 0)
        try detain(60, in: allocator)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }
}
