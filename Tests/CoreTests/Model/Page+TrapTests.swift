// Pages of traps: every address once before one comes back, whatever is held meanwhile.

import Testing

@Suite struct PageTrapTests {
    private static let count: UInt = 4096

    private func make() throws -> Ref<Page> {
        let page = TestAllocator.zeroed(Page.self)
        let start = try require(VirtualMemory.map(byteCount: Unit.slice, alignment: Unit.slice, writable: false))
        let bits = try require(VirtualMemory.map(byteCount: Page.trapBitsByteCount, writable: true))
        page.pointee.setUpTraps(start: start, bits: bits)
        return page
    }

    @Test func allAddresses() throws {
        let page = try make()
        var taken: Set<UInt> = []
        for _ in 0..<Self.count {
            let trap = try require(page.pointee.takeTrap())
            verify(trap.isAligned(to: 16) && trap.offset(from: page.pointee.origin) < Unit.slice)
            verify(taken.insert(trap.bits).inserted && page.pointee.isLiveTrap(trap))
            if taken.count % 512 == 0 { verify(!MemoryProbe.isReadable(trap)) }
        }
        verify(page.pointee.takeTrap() == nil)
        for bits in taken {
            let trap = Address(bits)
            // Inside: no one's.
            for distance in 1...15 as ClosedRange<UInt> {
                verify(!page.pointee.isLiveTrap(trap + distance) && !page.pointee.freeTrap(at: trap + distance))
            }
            verify(page.pointee.freeTrap(at: trap) && !page.pointee.freeTrap(at: trap))
            verify(!page.pointee.isLiveTrap(trap))
        }
        for outside in [page.pointee.origin - 16, page.pointee.origin + Unit.slice, Address(0), Address(.max)] {
            verify(!page.pointee.isLiveTrap(outside) && !page.pointee.freeTrap(at: outside))
        }
    }

    /// (2), with any number of addresses held for good: the others take turns.
    @Test(arguments: [0, 1, 63, 64, 100, 4000, 4095] as [UInt])
    func turns(_ held: UInt) throws {
        let page = try make()
        for _ in 0..<held { _ = try require(page.pointee.takeTrap()) }
        let others = Int(Self.count - held)
        var last: [UInt: Int] = [:]
        for turn in 0..<3 * others {
            let trap = try require(page.pointee.takeTrap())
            verify(page.pointee.freeTrap(at: trap))
            if let before = last[trap.bits] { verify(turn - before == others, "back after \(turn - before)") }
            last[trap.bits] = turn
        }
        verify(last.count == others)
    }

    /// Threads take and free: nobody gets what another one has.
    @Test func threadsStress() throws {
        let page = try make()
        let (pageBits, owners) = (page.address.bits, TestAllocator.zeroed(Tally.self))
        let ownersBits = owners.address.bits
        runThreads(4) { thread in
            let page = unsafe Ref<Page>(at: Address(pageBits))
            var mine: [Address] = []
            var random = TestRandom(stream: 140 + UInt64(thread))
            for _ in 0..<Seed.repetitions(4_000) {
                if mine.count < 500, random.below(3) != 0, let trap = page.pointee.takeTrap() {
                    verify(!mine.contains(trap) && page.pointee.isLiveTrap(trap))
                    mine.append(trap)
                } else if !mine.isEmpty {
                    verify(page.pointee.freeTrap(at: mine.remove(at: Int(random.below(UInt(mine.count))))))
                }
            }
            for trap in mine { verify(page.pointee.freeTrap(at: trap)) }
            unsafe Ref<Tally>(at: Address(ownersBits)).pointee.add()
        }
        verify(owners.pointee.total == 4)
        for _ in 0..<Self.count { _ = try require(page.pointee.takeTrap()) }
    }
}
