// Pointers in none of our pages, by policy: a violation, counted, or the next allocator's.

import CBulwark
import Testing

/// Another allocator's block, in memory of its own. Its functions write down in the block what they were called for:
/// tests run at once, and a C function has nothing else to say it in.
private struct OtherBlock {
    var frees: UInt = 0
    var reallocations: UInt = 0
    var requested: UInt = 0
    /// Where not 0: an allocator whose `free` both of them call, as if it were their own.
    var handsBackTo: UInt = 0

    static func make(_ change: (inout OtherBlock) -> Void = { _ in }) -> Ref<OtherBlock> {
        let block = TestAllocator.zeroed(OtherBlock.self)
        change(&block.pointee)
        return block
    }

    static var functions: bw_next_allocator {
        var next = bw_next_allocator()
        unsafe next.free = { pointer in
            guard let pointer = unsafe pointer else { return }
            let block = unsafe Ref<OtherBlock>(at: Address(pointer))
            block.pointee.frees += 1
            let allocator = block.pointee.handsBackTo
            guard allocator != 0 else { return }
            unsafe Ref<Allocator>(at: Address(allocator)).pointee.deallocate(
                block.address, heapAddress: Address(0x10))
        }
        unsafe next.realloc = { pointer, byteCount in
            guard let pointer = unsafe pointer else { return nil }
            let block = unsafe Ref<OtherBlock>(at: Address(pointer))
            block.pointee.reallocations += 1
            block.pointee.requested = UInt(byteCount)
            let allocator = block.pointee.handsBackTo
            if allocator != 0 {
                unsafe Ref<Allocator>(at: Address(allocator)).pointee.deallocate(
                    block.address, heapAddress: Address(0x10))
            }
            return byteCount > 1 << 40 ? nil : unsafe pointer + 64
        }
        unsafe next.usable_size = { _ in 777 }
        return next
    }

    /// A loaded allocator that hands on.
    static func forwarding() -> (allocator: Ref<Allocator>, heap: Ref<Heap>) {
        let allocator = TestAllocator.make { $0[.foreignPointers] = ForeignPointerPolicy.forward.rawValue }
        Allocator.load(allocator) { functions }
        return (allocator, TestAllocator.heap(allocator))
    }
}

@Suite struct AllocatorForeignTests {
    private func allocator(_ policy: ForeignPointerPolicy) -> (allocator: Ref<Allocator>, heap: Ref<Heap>) {
        let allocator = TestAllocator.make { $0[.foreignPointers] = policy.rawValue }
        return (allocator, TestAllocator.heap(allocator))
    }

    @Test func autoIsTheVariants() {
        verify(
            allocator(.auto).allocator.pointee.foreignPointerPolicy
                == (Variant.reportForeignPointers ? .report : .ignore))
    }

    @Test func ignoredAndCounted() {
        let (allocator, heap) = allocator(.ignore)
        let other = OtherBlock.make()
        TestAllocator.free(other.address, heap)
        verify(heap.pointee.reallocate(other.address, 100) == nil)
        verify(allocator.pointee.usableByteCount(other.address) == 0)
        verify(allocator.pointee.statistics().foreignFreeCount == 3)
        verify(invariants: Invariants.broken(allocator))
    }

    /// The option reports in every variant; of a violation that release does not look for, too.
    @Test func reported() async {
        await #expect(processExitsWith: .signal(6)) {
            let allocator = TestAllocator.make { $0[.foreignPointers] = ForeignPointerPolicy.report.rawValue }
            TestAllocator.free(OtherBlock.make().address, TestAllocator.heap(allocator))
        }
        await #expect(processExitsWith: .signal(6)) {
            let allocator = TestAllocator.make { $0[.foreignPointers] = ForeignPointerPolicy.report.rawValue }
            let heap = TestAllocator.heap(allocator)
            guard let block = heap.pointee.allocate(100) else { return }
            TestAllocator.free(block + 16, heap)
        }
    }

    @Test func handedOn() {
        let (allocator, heap) = OtherBlock.forwarding()
        let other = OtherBlock.make()
        bw_set_errno(77)
        TestAllocator.free(other.address, heap)
        allocator.pointee.deallocate(other.address, heapAddress: Address(0))
        verify(other.pointee.frees == 2 && bw_errno() == 77)
        verify(heap.pointee.reallocate(other.address, 100) == other.address + 64)
        verify(other.pointee.reallocations == 1 && other.pointee.requested == 100)
        verify(heap.pointee.reallocate(other.address, 1 << 50) == nil && other.pointee.reallocations == 2)
        verify(allocator.pointee.usableByteCount(other.address) == 777)
        verify(allocator.pointee.statistics().foreignFreeCount == 0)
        TestAllocator.free(Address(0), heap)
        verify(allocator.pointee.usableByteCount(Address(0)) == 0)
        verify(invariants: Invariants.broken(allocator))
    }

    /// The next allocator gives the pointer back to us: that is the end of it.
    @Test func handedBack() {
        let (allocator, heap) = OtherBlock.forwarding()
        let other = OtherBlock.make { $0.handsBackTo = allocator.address.bits }
        TestAllocator.free(other.address, heap)
        verify(other.pointee.frees == 1 && allocator.pointee.statistics().foreignFreeCount == 1)
        verify(CurrentThread.forwardedCalls == 0)
    }

    /// Its realloc frees the old block by what it believes to be its own free: that is done, once.
    @Test func freedByItsReallocation() {
        let (allocator, heap) = OtherBlock.forwarding()
        let other = OtherBlock.make { $0.handsBackTo = allocator.address.bits }
        verify(heap.pointee.reallocate(other.address, 100) == other.address + 64)
        verify(other.pointee.reallocations == 1 && other.pointee.frees == 1)
        verify(allocator.pointee.statistics().foreignFreeCount == 1 && CurrentThread.forwardedCalls == 0)
    }

    /// Nobody to hand on to, as before the library is loaded: counted, in every variant.
    @Test func nobodyToHandOnTo() {
        let (allocator, heap) = allocator(.forward)
        let other = OtherBlock.make()
        TestAllocator.free(other.address, heap)
        verify(heap.pointee.reallocate(other.address, 100) == nil)
        verify(allocator.pointee.usableByteCount(other.address) == 0)
        verify(other.pointee.frees == 0 && allocator.pointee.statistics().foreignFreeCount == 3)
    }

    /// The shared heap's lock is free while the next allocator works, which may call us.
    @Test func reallocationOfAnEndingThread() {
        let (allocator, _) = OtherBlock.forwarding()
        let other = OtherBlock.make()
        let block = allocator.pointee.withFallbackHeap(allocator) { heap in
            heap.pointee.reallocate(other.address, 100)
        }
        verify(block == other.address + 64)
        verify(allocator.pointee.fallbackLock.tryAcquire())
    }

    /// What is or was ours never goes to another allocator, whatever is wrong with it.
    @Test func oursStaysHere() throws {
        let (allocator, heap) = OtherBlock.forwarding()
        let small = try require(heap.pointee.allocate(100))
        let large = try require(heap.pointee.allocate(1 << 20))
        let huge = try require(heap.pointee.allocate(9 << 20))
        let page = try require(allocator.page(covering: small))
        let segment = try require(page.pointee.segment?.pointee.base)
        verify(allocator.pointee.isOurs(segment) && allocator.pointee.isOurs(segment + (Unit.segment - 1)))
        TestAllocator.free(large, heap)
        TestAllocator.free(huge, heap)
        allocator.pointee.arena.purge(dueBy: .max)  // ends their quarantine
        verify(allocator.page(covering: large) == nil && allocator.pointee.isOurs(large))
        verify(allocator.page(covering: huge) == nil)
        verify(!allocator.pointee.isOurs(OtherBlock.make().address))
        guard !Variant.reportForeignPointers, !Variant.doubleFreeDetection else { return }
        TestAllocator.free(large, heap)
        TestAllocator.free(segment + (Unit.segment - 64), heap)  // a slice that no page has had
        TestAllocator.free(small + 16, heap)
        verify(allocator.pointee.statistics().foreignFreeCount == 3)
    }

    /// A huge block's address is ours until somebody else maps it. In a process of its own: nobody else maps anything.
    @Test func formerHugeBlock() async {
        await #expect(processExitsWith: .success) { playFormerHugeBlock() }
    }

    /// Policies other than `report` are about what is not ours: a double free is reported where the variant reports.
    @Test func doubleFreeOfAPageThatIsGone() async {
        guard Variant.reportForeignPointers || Variant.doubleFreeDetection else { return }
        await #expect(processExitsWith: .signal(6)) {
            let allocator = TestAllocator.make { $0[.foreignPointers] = ForeignPointerPolicy.ignore.rawValue }
            let heap = TestAllocator.heap(allocator)
            guard let large = heap.pointee.allocate(1 << 20) else { return }
            TestAllocator.free(large, heap)
            TestAllocator.free(large, heap)
        }
        await #expect(processExitsWith: .signal(6)) {
            let (_, heap) = OtherBlock.forwarding()
            guard let large = heap.pointee.allocate(1 << 20) else { return }
            TestAllocator.free(large, heap)
            TestAllocator.free(large, heap)
        }
    }
}

private func playFormerHugeBlock() {
    let (allocator, heap) = OtherBlock.forwarding()
    guard let huge = heap.pointee.allocate(9 << 20) else { fatalError("no memory") }
    TestAllocator.free(huge, heap)
    allocator.pointee.arena.purge(dueBy: .max)  // ends its quarantine
    let osPage = Address(huge.bits.aligned(down: Unit.osPage))
    precondition(!VirtualMemory.isMapped(osPage) && allocator.pointee.isOurs(huge))
    let mapped = VirtualMemory.map(byteCount: Unit.osPage, writable: true, hint: osPage)
    precondition(mapped == osPage && !allocator.pointee.isOurs(huge))
    TestAllocator.free(huge, heap)
    let frees = unsafe Ref<OtherBlock>(at: huge).pointee.frees
    precondition(frees == 1)
}
