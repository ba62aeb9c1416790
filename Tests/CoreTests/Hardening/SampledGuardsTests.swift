// The pool of sampled blocks: where they lie, what can be accessed, in which turn slots come back.

import Testing

@Suite struct SampledGuardsTests {
    /// The first address of the OS page that an address lies in.
    private func osPage(_ address: Address) -> Address { Address(address.bits.aligned(down: Unit.osPage)) }

    @Test(arguments: [1, 8, 15, 16, 17, 100, 1024, 4080, 4095, 4096] as [UInt], [true, false])
    func blocksLieAtOneEndOfAPage(_ byteCount: UInt, _ isRight: Bool) throws {
        let pool = TestSamples.make(slotCount: 4)
        for alignment: UInt in [16, 64, 1024, 4096] {
            let block = try require(pool.allocate(byteCount, alignment: alignment, isRight: isRight))
            let page = osPage(block)
            verify(block.isAligned(to: alignment))
            let behind = (page + Unit.osPage).offset(from: block + byteCount)
            verify(isRight ? behind < alignment : block == page)
            verify(MemoryProbe.isZero(block, byteCount: byteCount))
            verify(MemoryProbe.isWritable(block) && MemoryProbe.isWritable(block + (byteCount - 1)))
            verify(!MemoryProbe.isReadable(page - 1) && !MemoryProbe.isReadable(page + Unit.osPage))
            let found = (pool.pointee.liveByteCount(block), pool.pointee.liveByteCount(block + 1))
            verify(found == (byteCount, nil))
            let owned = (pool.pointee.owns(block), pool.pointee.owns(page - 1), pool.pointee.owns(page + Unit.osPage))
            verify(owned == (true, false, false))
            pool.pointee.deallocate(block)
            verify(!MemoryProbe.isReadable(block) && pool.pointee.liveByteCount(block) == nil)
        }
    }

    /// With more room a block still lies at a guard, whatever its size, and only its own OS pages are accessible.
    @Test(arguments: [5000, 20_480, 52_000, 131_072] as [UInt], [true, false])
    func largeBlocksLieAtGuards(_ most: UInt, _ isRight: Bool) throws {
        let pool = TestSamples.make(slotCount: 4, most: most)
        verify(pool.pointee.roomByteCount >= most && pool.pointee.roomByteCount < most + Unit.osPage)
        verify(pool.pointee.slotByteCount >= pool.pointee.roomByteCount + 3 * Unit.osPage)
        for byteCount in [1, 4096, 4097, 8192, most / 2, most - 1, most] {
            let block = try require(pool.allocate(byteCount, isRight: isRight))
            let (start, end) = (osPage(block), (block + byteCount).aligned(up: Unit.osPage))
            verify(isRight ? end.offset(from: block + byteCount) < 16 : block == start)
            verify(MemoryProbe.isZero(block, byteCount: byteCount))
            verify(!MemoryProbe.isReadable(start - 1) && !MemoryProbe.isReadable(end))
            verify(pool.pointee.liveByteCount(block) == byteCount)
            unsafe block.fill(byteCount: byteCount, withByte: 0xa7)
            let access = pool.pointee.access(at: isRight ? end : start - 1)
            verify(access?.violation == (isRight ? .guardedOverflow : .guardedUnderflow))
            verify(access?.history.start == block)
            pool.pointee.deallocate(block)
            verify(!MemoryProbe.isReadable(block) && !MemoryProbe.isReadable(block + (byteCount - 1)))
            verify(pool.pointee.access(at: block + (byteCount - 1))?.violation == .guardedUseAfterFree)
            verify(
                byteCount <= Unit.osPage || MemoryProbe.residentCount(start, byteCount: end.offset(from: start)) == 0)
        }
    }

    /// A block's user gets zeros, also where another block's bytes, or the filling around it, were.
    @Test func blocksAreZero() throws {
        let pool = TestSamples.make(slotCount: 4)
        var random = TestRandom(stream: 71)
        for _ in 0..<200 {
            let byteCount = 1 + random.below(4096)
            let block = try require(pool.allocate(byteCount, isRight: random.isOne(in: 2)))
            verify(MemoryProbe.isZero(block, byteCount: byteCount))
            unsafe block.fill(byteCount: byteCount, withByte: 0xa7)
            pool.pointee.deallocate(block)
        }
    }

    /// What was freed longest ago is used first: every slot has its turn before one comes again.
    @Test func slotsComeInTurn() throws {
        let pool = TestSamples.make(slotCount: 16)
        var first: [UInt] = []
        for _ in 0..<16 {
            let block = try require(pool.allocate(64))
            first.append(osPage(block).bits)
            pool.pointee.deallocate(block)
        }
        verify(Set(first).count == 16)
        // Not in the order of addresses, which an attacker would know: 16! orders.
        verify(first != first.sorted())
        for turn in 0..<16 {
            let block = try require(pool.allocate(64))
            verify(osPage(block).bits == first[turn])
            pool.pointee.deallocate(block)
        }
    }

    /// A quarter of the slots waits, whatever is live: freed blocks stay inaccessible for as many samples.
    @Test func aQuarterWaits() throws {
        let pool = TestSamples.make(slotCount: 16)
        var blocks: [Address] = []
        for _ in 0..<12 { blocks.append(try require(pool.allocate(64))) }
        verify(pool.allocate(64) == nil && pool.pointee.refusedCount.load(ordering: .relaxed) == 1)
        let sums = pool.pointee.liveCountAndByteCount
        verify(sums == (12, 12 * 64))
        for _ in 0..<40 {
            let freed = blocks.removeFirst()
            pool.pointee.deallocate(freed)
            let next = try require(pool.allocate(64))
            verify(osPage(next) != osPage(freed) && !MemoryProbe.isReadable(freed))
            verify(pool.allocate(64) == nil)
            blocks.append(next)
        }
        for block in blocks { pool.pointee.deallocate(block) }
        let rest = pool.pointee.liveCountAndByteCount
        verify(rest == (0, 0))
    }

    @Test func historyNamesBothStacks() throws {
        let pool = TestSamples.make(slotCount: 4)
        let block = try require(pool.allocate(40))
        pool.pointee.deallocate(block)
        let history = try require(pool.pointee.access(at: block)?.history)
        verify(history.start == block && history.byteCount == 40)
        verify(history.allocatingThread == CurrentThread.id && history.freeingThread == CurrentThread.id)
    }
}

/// One wrong program each, all of them reported in every variant: who made a pool wants to know.
private enum PoolMisuse: Int, CaseIterable {
    case doubleFree, interior, inFront, neverUsed, overflow, overflowByZero, underflow, overflowAtLeft

    var line: String {
        switch self {
        case .doubleFree: "bulwark: double free of 0x"
        case .interior, .inFront, .neverUsed: "bulwark: invalid free of 0x"
        case .overflow, .overflowByZero, .overflowAtLeft: "bulwark: buffer overflow of 0x"
        case .underflow: "bulwark: buffer underflow of 0x"
        }
    }

    func run() {
        let pool = TestSamples.make(slotCount: 4)
        guard let block = pool.allocate(40, isRight: self != .overflowAtLeft) else { fatalError("no memory") }
        switch self {
        case .doubleFree: pool.pointee.deallocate(block)
        case .interior: pool.pointee.deallocate(block + 16)
        case .inFront: pool.pointee.deallocate(block - 16)
        case .neverUsed:
            // Of four slots one is in use: the next, or the one before, is not.
            let extent = pool.pointee.extent
            let other = block + pool.pointee.slotByteCount
            let isInside = other.offset(from: extent.start) < extent.byteCount
            pool.pointee.deallocate(isInside ? other : block - pool.pointee.slotByteCount)
        case .overflow: unsafe (block + 40).fill(byteCount: 1, withByte: 0x55 ^ 0x20)
        case .overflowByZero: unsafe (block + 40).fill(byteCount: 1, withByte: 0)
        case .overflowAtLeft: unsafe (block + 4000).fill(byteCount: 1, withByte: 0)
        case .underflow: unsafe (block - 1).fill(byteCount: 1, withByte: 0)
        }
        pool.pointee.deallocate(block)
    }
}

@Suite struct SampledGuardsMisuseTests {
    @Test(arguments: PoolMisuse.allCases.map(\.rawValue))
    func isReported(_ number: Int) async throws {
        let result = try await #require(
            processExitsWith: .signal(6), observing: [\.standardErrorContent]
        ) { [number] in
            PoolMisuse(rawValue: number)?.run()
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        let line = try require(PoolMisuse(rawValue: number)).line
        verify(text.hasPrefix(line), text)
    }
}
