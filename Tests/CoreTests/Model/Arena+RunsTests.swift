// Runs of slices against a model: no overlap, aligned, writable but for their guards, zero where that is claimed.

import Testing

@Suite struct ArenaRunsTests {
    private struct Run {
        let page: Ref<Page>
        let start: Address
        let byteCount: UInt
    }

    /// Takes a run as a large page, which is what release needs, and looks at its memory.
    private func take(_ allocator: Ref<Allocator>, _ count: UInt, alignment: UInt = 1) -> Run? {
        guard let taken = allocator.pointee.arena.takeRun(sliceCount: count, alignment: alignment),
            let segment = taken.page.pointee.segment
        else { return nil }
        let slice = UInt(taken.page.pointee.sliceIndex)
        let run = Run(page: taken.page, start: segment.pointee.address(ofSlice: slice), byteCount: count * Unit.slice)
        verify(run.start.isAligned(to: alignment * Unit.slice) && UInt(taken.page.pointee.sliceCount) == count)
        let margin = Arena.guardByteCount
        let (first, last) = (run.start + margin, run.start + (run.byteCount - margin - 1))
        verify(MemoryProbe.isReadable(first) && MemoryProbe.isReadable(last))
        if taken.isZeroed {
            for offset in stride(from: margin, to: run.byteCount - margin, by: Int(Unit.osPage)) {
                verify(MemoryProbe.isZero(run.start + offset, byteCount: 64), "a run that is not zero")
            }
        }
        // Old data, to be found again if a later claim is wrong.
        unsafe first.storeWord(0xDDDD)
        unsafe (run.start + (run.byteCount - margin - 8)).storeWord(0xDDDD)
        unsafe (run.start + (run.byteCount / 2).aligned(up: Unit.osPage)).storeWord(0xDDDD)
        taken.page.pointee.setUpLarge(
            start: run.start, offset: margin, byteCount: run.byteCount - 2 * margin, isZeroed: taken.isZeroed
        ) { 0x0123_4567_89AB_CDEF }
        taken.page.pointee.guardCount = 0  // the run's are its segment's
        allocator.pointee.arena.publish(taken.page, at: run.start, byteCount: run.byteCount)
        return run
    }

    private func release(_ allocator: Ref<Allocator>, _ run: Run) {
        let didRetire = run.page.pointee.retire()
        verify(didRetire)
        allocator.pointee.arena.releaseRun(of: run.page)
    }

    private func stream(_ allocator: Ref<Allocator>, seed: UInt64, steps: Int, checksGuards: Bool) {
        var random = TestRandom(stream: seed)
        var runs: [Run] = []
        for step in 0..<steps {
            if runs.isEmpty || random.below(100) < 55 {
                let count = random.isOne(in: 12) ? 1 + random.below(200) : 1 + random.below(16)
                let alignment: UInt = random.isOne(in: 4) ? 1 << random.below(7) : 1
                guard let run = take(allocator, count, alignment: alignment) else {
                    verify(false, "no run")
                    continue
                }
                for other in runs {
                    let isApart =
                        run.start.bits + run.byteCount <= other.start.bits
                        || other.start.bits + other.byteCount <= run.start.bits
                    verify(isApart, "two runs overlap")
                }
                runs.append(run)
                if checksGuards, Variant.guardPages {
                    verify(
                        !MemoryProbe.isReadable(run.start) && !MemoryProbe.isReadable(run.start + (run.byteCount - 1))
                    )
                }
            } else {
                release(allocator, runs.remove(at: Int(random.below(UInt(runs.count)))))
            }
            if random.isOne(in: 30) { allocator.pointee.arena.purge(dueBy: .max) }
            if step % 25 == 0 { verify(invariants: Invariants.broken(allocator, probesGuards: step % 100 == 0)) }
        }
        for run in runs { release(allocator, run) }
        verify(invariants: Invariants.broken(allocator))
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.arena.segmentCount == 1)
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedCount == 0 && statistics.dirtyByteCount == 0)
    }

    @Test func randomStream() {
        stream(TestAllocator.make(), seed: 18, steps: Seed.repetitions(400), checksGuards: true)
    }

    /// Guards by mprotect, and soon none at all: nothing fails for that.
    @Test(arguments: [100_000, 40, 0] as [UInt])
    func randomStreamWithProtection(_ budget: UInt) {
        let allocator = TestAllocator.make(guardBudget: budget)
        stream(allocator, seed: 19, steps: Seed.repetitions(250), checksGuards: budget > 10_000)
        let refused = allocator.pointee.guards.refusedCount
        if Variant.guardPages { verify((refused == 0) == (budget > 10_000)) }
    }

    @Test func wholeSegments() throws {
        let allocator = TestAllocator.make()
        let first = try require(take(allocator, Unit.slicesInSegment))
        let second = try require(take(allocator, 1))
        verify(allocator.pointee.arena.segmentCount == 2)
        verify(invariants: Invariants.broken(allocator))
        release(allocator, first)
        // With quarantine its slices do not serve before they are purged.
        let third = try require(take(allocator, Unit.slicesInSegment))
        verify((third.start == first.start) == !Variant.quarantine)
        verify(allocator.pointee.arena.segmentCount == (Variant.quarantine ? 3 : 2))
        release(allocator, second)
        release(allocator, third)
    }

    /// A released run's addresses are nobody's.
    @Test func releaseClearsTheMap() throws {
        let allocator = TestAllocator.make()
        let run = try require(take(allocator, 5))
        verify(allocator.page(covering: run.start + 3 * Unit.slice) == run.page)
        release(allocator, run)
        for offset in stride(from: UInt(0), to: run.byteCount, by: 4096) {
            verify(allocator.page(covering: run.start + offset) == nil)
        }
    }

    @Test func threads() {
        let allocator = TestAllocator.make()
        let bits = allocator.address.bits
        runThreads(3) { thread in
            let allocator = unsafe Ref<Allocator>(at: Address(bits))
            var random = TestRandom(stream: 20 + UInt64(thread))
            var runs: [Run] = []
            for _ in 0..<Seed.repetitions(100) {
                if runs.count < 6, let run = take(allocator, 1 + random.below(20)) {
                    unsafe (run.start + Arena.guardByteCount).storeWord(UInt64(thread) + 1)
                    runs.append(run)
                } else {
                    let run = runs.remove(at: Int(random.below(UInt(runs.count))))
                    verify(unsafe (run.start + Arena.guardByteCount).loadWord() == UInt64(thread) + 1)
                    release(allocator, run)
                }
            }
            for run in runs { release(allocator, run) }
        }
        verify(invariants: Invariants.broken(allocator))
    }
}
