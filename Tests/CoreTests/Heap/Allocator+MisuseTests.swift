// Wrong pointers: reported by SIGABRT where the variant reports, else counted; in no variant do they change a thing.

import Testing

/// One wrong program each. Everything is made anew: exit tests run in a process of their own.
enum Misuse: Int, CaseIterable {
    case foreign, nonCanonical, farAlias, kernel, interior, interiorByAnother, guardOrFront, neverMade
    case interiorOfLarge, freedLarge, freedHuge, reallocateForeign, reallocateInterior, usableForeign, usableInterior

    /// True if the variant ends the process for it.
    var isReported: Bool {
        switch self {
        case .foreign, .nonCanonical, .farAlias, .kernel, .reallocateForeign, .usableForeign:
            Variant.reportForeignPointers
        case .interior, .interiorByAnother, .guardOrFront, .neverMade, .interiorOfLarge, .freedLarge, .freedHuge,
            .reallocateInterior, .usableInterior:
            // In or of our pages.
            Variant.reportForeignPointers || Variant.doubleFreeDetection
        }
    }

    @discardableResult func run() -> Ref<Allocator> {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        guard let block = heap.pointee.allocate(100), let big = heap.pointee.allocate(SizeClass.largestByteCount),
            let large = heap.pointee.allocate(1 << 20), let huge = heap.pointee.allocate(9 << 20)
        else { fatalError("no memory") }
        switch self {
        case .foreign: TestAllocator.free(allocator.address, heap)
        case .nonCanonical: TestAllocator.free(Address(0x4141_4141_4141_4141), heap)
        case .farAlias: TestAllocator.free(Address(big.bits ^ 1 << 47), heap)
        case .kernel: TestAllocator.free(Address(0xffff_ffff_8000_0000), heap)
        case .interior: TestAllocator.free(block + 16, heap)
        case .interiorByAnother: TestAllocator.free(block + 16, TestAllocator.heap(allocator))
        case .guardOrFront: TestAllocator.free(Address(block.bits.aligned(down: Unit.slice) + 8), heap)
        case .neverMade:
            guard let page = allocator.page(covering: block) else { fatalError("no page") }
            TestAllocator.free(page.pointee.address(of: page.blockCount), heap)
        case .interiorOfLarge: TestAllocator.free(large + 4096, heap)
        case .freedLarge:
            TestAllocator.free(large, heap)
            TestAllocator.free(large, heap)
        case .freedHuge:
            TestAllocator.free(huge, heap)
            TestAllocator.free(huge, heap)
        case .reallocateForeign: precondition(heap.pointee.reallocate(allocator.address, 10) == nil)
        case .reallocateInterior: precondition(heap.pointee.reallocate(block + 16, 10) == nil)
        case .usableForeign: precondition(allocator.pointee.usableByteCount(allocator.address) == 0)
        case .usableInterior: precondition(allocator.pointee.usableByteCount(block + 16) == 0)
        }
        return allocator
    }
}

@Suite struct AllocatorMisuseTests {
    /// Without the flags: counted, and nothing changes.
    @Test(arguments: Misuse.allCases.filter { !$0.isReported })
    func countedAndIgnored(_ misuse: Misuse) throws {
        let allocator = misuse.run()
        verify(allocator.pointee.statistics().foreignFreeCount == 1)
        verify(invariants: Invariants.broken(allocator))
        let freed = misuse == .freedLarge || misuse == .freedHuge ? 1 : 0
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedCount + statistics.hugeCount == UInt(4 - freed))
    }

    /// With them: one process for each misuse ends by SIGABRT, in the call.
    @Test(arguments: Misuse.allCases.filter(\.isReported).map(\.rawValue))
    func reported(_ number: Int) async {
        await #expect(processExitsWith: .signal(6)) { [number] in Misuse(rawValue: number)?.run() }
    }

    /// The two are all there are.
    @Test func everyMisuseInOneOfBoth() {
        let reported = Misuse.allCases.filter(\.isReported)
        verify(reported.isEmpty == !(Variant.reportForeignPointers || Variant.doubleFreeDetection))
        verify((reported.count == Misuse.allCases.count) == Variant.reportForeignPointers)
    }

    @Test func doubleFrees() async {
        guard Variant.doubleFreeDetection else { return }
        await #expect(processExitsWith: .signal(6)) {
            let heap = TestAllocator.heap(TestAllocator.make())
            guard let block = heap.pointee.allocate(100) else { return }
            TestAllocator.free(block, heap)
            TestAllocator.free(block, heap)
        }
        await #expect(processExitsWith: .signal(6)) {  // the owner, then another
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            guard let block = heap.pointee.allocate(100), heap.pointee.allocate(100) != nil else { return }
            TestAllocator.free(block, heap)
            TestAllocator.free(block, TestAllocator.heap(allocator))
        }
        await #expect(processExitsWith: .signal(6)) {  // another, then the owner
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            guard let block = heap.pointee.allocate(100) else { return }
            TestAllocator.free(block, TestAllocator.heap(allocator))
            TestAllocator.free(block, heap)
        }
        await #expect(processExitsWith: .signal(6)) {  // realloc after free
            let heap = TestAllocator.heap(TestAllocator.make())
            guard let block = heap.pointee.allocate(100) else { return }
            TestAllocator.free(block, heap)
            _ = heap.pointee.reallocate(block, 50)
        }
        await #expect(processExitsWith: .signal(6)) {  // written to after the first free
            let heap = TestAllocator.heap(TestAllocator.make())
            guard let block = heap.pointee.allocate(100) else { return }
            TestAllocator.free(block, heap)
            unsafe block.storeWord(0)
            TestAllocator.free(block, heap)
        }
    }

    /// The twins that must not abort.
    @Test func allowed() throws {
        let allocator = TestAllocator.make()
        let (heap, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        for byteCount: UInt in [0, 1, 100, 131_072, 1 << 20, 9 << 20] {
            for freer in [heap, other] {
                let block = try require(heap.pointee.allocate(byteCount))
                TestAllocator.free(block, freer)
                let again = try require(heap.pointee.allocate(byteCount))
                TestAllocator.free(again, freer)
            }
        }
        TestAllocator.free(Address(0), heap)
        verify(allocator.pointee.usableByteCount(Address(0)) == 0)
        verify(allocator.pointee.statistics().foreignFreeCount == 0)
    }
}
