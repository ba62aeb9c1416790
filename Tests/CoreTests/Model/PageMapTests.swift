// The page map: exact for every 64-bit value.

import Testing

@Suite struct PageMapTests {
    private func answer(_ allocator: Ref<Allocator>, _ bits: UInt) -> Ref<Page>? {
        allocator.page(covering: Address(bits))
    }

    /// Values that programs pass by mistake, and those around every limit.
    private var nonsense: [UInt] {
        var values: [UInt] = [0, 1, 8, 0x1000, 0x4141_4141_4141_4141, 0xdead_beef, .max, .max - 7, UInt(Int.max)]
        for shift in UInt(12)..<64 {
            for delta in [-1, 0, 1] as [Int] { values.append(UInt(bitPattern: Int(bitPattern: 1 << shift) &+ delta)) }
        }
        return values + [0xffff_8000_0000_0000, 0xffff_ffff_8000_0000, 0xffff_ffff_ff60_0000, 0x7fff_ffff_ffff]
    }

    @Test func emptyMap() {
        let allocator = TestAllocator.make()
        for value in nonsense { verify(answer(allocator, value) == nil, "\(value)") }
        var random = TestRandom(stream: 16)
        for _ in 0..<10_000 { verify(answer(allocator, UInt(random.next())) == nil) }
        withUnsafeStack { address in verify(answer(allocator, address.bits) == nil) }
    }

    private func withUnsafeStack(_ body: (Address) -> Void) {
        var local = 0
        unsafe withUnsafeMutablePointer(to: &local) { unsafe body(Address(UnsafeMutableRawPointer($0))) }
    }

    /// For the fast path, what is not ours has a page that nobody owns.
    @Test func candidateOfNothing() {
        let allocator = TestAllocator.make()
        for value in nonsense {
            let candidate = allocator.pointee.arena.pageMap.pointee.candidate(for: Address(value))
            verify(candidate.pointee.owner.load(ordering: .relaxed) == 0 && candidate.pointee.blockByteCount == 0)
        }
    }

    /// Entries over a leaf's end, at user space's last slice, of part of a slice; against a model.
    @Test func agreesWithAModel() {
        let allocator = TestAllocator.make()
        let leaf = PageMap.leafLength * Unit.slice
        let bases: [UInt] = [
            1 << 16, 3 * leaf - 4 * Unit.slice, 1 << 40, 1 << PageMap.addressBits - 9 * Unit.slice,
        ]
        let pages = (0..<4).map { _ in TestAllocator.zeroed(Page.self) }
        var random = TestRandom(stream: 17)
        var model: [UInt: Int] = [:]
        for base in bases {
            let isReady = allocator.pointee.arena.pageMap.pointee.prepare(
                Address(base), byteCount: 9 * Unit.slice, metadata: allocator.pointee.arena.metadata,
                guards: allocator.pointee.arena.guards)
            verify(isReady)
        }
        for _ in 0..<Seed.repetitions(600) {
            let base = bases[Int(random.below(4))]
            let first = random.below(9)
            let byteCount = 1 + random.below((9 - first) * Unit.slice)
            let value = random.isOne(in: 3) ? nil : Int(random.below(4))
            allocator.pointee.arena.pageMap.pointee.set(
                Address(base + first * Unit.slice), byteCount: byteCount, to: value.map { pages[$0] })
            for slice in first..<first + (byteCount + Unit.slice - 1) / Unit.slice {
                model[base / Unit.slice + slice] = value
            }
            for base in bases {
                for slice in UInt(0)..<9 {
                    let expected = model[base / Unit.slice + slice].map { pages[$0] }
                    let start = base + slice * Unit.slice
                    for bits in [start, start + Unit.slice - 1, start + random.below(Unit.slice)] {
                        verify(answer(allocator, bits) == expected)
                        // The same place with other upper bits is nobody's; the candidate may be anybody.
                        verify(answer(allocator, bits | 1 << 47 | random.below(1 << 16) << 48) == nil)
                    }
                    let candidate = allocator.pointee.arena.pageMap.pointee.candidate(for: Address(start))
                    verify(expected == nil || candidate == expected)
                }
                verify(answer(allocator, base - 1) == nil && answer(allocator, base + 9 * Unit.slice) == nil)
            }
        }
    }

    @Test func notInUserSpace() {
        let allocator = TestAllocator.make()
        for bits in [1 << PageMap.addressBits, 1 << PageMap.addressBits - Unit.slice, 1 << 63] as [UInt] {
            let isReady = allocator.pointee.arena.pageMap.pointee.prepare(
                Address(bits), byteCount: 2 * Unit.slice, metadata: allocator.pointee.arena.metadata,
                guards: allocator.pointee.arena.guards)
            verify(!isReady)
        }
    }
}
