// Segments: where their parts lie.

import Testing

@Suite struct SegmentTests {
    @Test func descriptorsAreDisjoint() throws {
        let allocator = TestAllocator.make()
        let run = try require(allocator.pointee.arena.takeRun(sliceCount: 1))
        let segment = try require(run.page.pointee.segment)
        let end = segment.address + Segment.metadataByteCount
        var previous = segment.address + UInt(MemoryLayout<Segment>.size)
        for index in 0..<Unit.slicesInSegment {
            let page = Segment.page(index, of: segment).address
            verify(page.bits >= previous.bits && page.isAligned(to: 64))
            previous = page + UInt(MemoryLayout<Page>.size)
        }
        for index in 0..<Unit.slicesInSegment {
            let states = Segment.stateAddress(index, of: segment)
            verify(states.bits >= previous.bits && states.isAligned(to: 8))
            previous = states + Variant.PageStates.byteCountPerSlice
        }
        verify(previous.bits <= end.bits)
        verify(MemoryProbe.isWritable(end - 1))
    }

    /// (3): memory is committed step by step.
    @Test func commitsWhatIsNeeded() throws {
        let allocator = TestAllocator.make()
        let first = try require(allocator.pointee.arena.takeRun(sliceCount: 1))
        let segment = try require(first.page.pointee.segment)
        verify(segment.pointee.committedCount == 16)
        verify(!MemoryProbe.isReadable(segment.pointee.address(ofSlice: 16)))
        _ = try require(allocator.pointee.arena.takeRun(sliceCount: 400))
        verify(segment.pointee.committedCount >= 401)
        verify(segment.pointee.committedCount <= Unit.slicesInSegment)
    }
}
