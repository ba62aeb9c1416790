// Allocators for tests: each test has its own, in memory of its own.

import CBulwark
import Synchronization

enum TestAllocator {
    /// Zeroed memory for a descriptor of any type; never given back, as descriptors are type-stable. More than
    /// it needs: behind an allocator are its settings.
    static func zeroed<Target: ~Copyable>(_ type: Target.Type) -> Ref<Target> {
        let byteCount = UInt(MemoryLayout<Target>.stride).aligned(up: Unit.osPage)
        guard let memory = VirtualMemory.map(byteCount: byteCount + UInt(BW_SETTINGS_BYTES), writable: true) else {
            fatalError("no memory")
        }
        return unsafe Ref(at: memory)
    }

    /// A started allocator, with options that differ from their defaults where the test wants them to. It samples nothing:
    /// tests of pages want every block to lie in one; and for the same reason nothing waits long.
    static func make(_ setOptions: (inout Options) -> Void = { _ in }) -> Ref<Allocator> {
        let allocator = zeroed(Allocator.self)
        Allocator.settings(of: allocator).pointee.options[.quarantineBytes] = 0
        setOptions(&Allocator.settings(of: allocator).pointee.options)
        precondition(Allocator.start(allocator))
        allocator.pointee.samples.rate.store(0, ordering: .relaxed)
        return allocator
    }

    /// A started allocator with sampled blocks, where the variant has them.
    static func make(sampleRate: UInt, slotCount: UInt) -> Ref<Allocator> {
        let allocator = make { $0[.sampleSlots] = slotCount }
        allocator.pointee.samples.rate.store(sampleRate, ordering: .relaxed)
        return allocator
    }

    /// Does what loading the library does, where no other allocator follows.
    static func load(_ allocator: Ref<Allocator>) { Allocator.load(allocator) { bw_next_allocator() } }

    /// A started allocator whose guards are made by mprotect.
    static func make(guardBudget: UInt) -> Ref<Allocator> {
        let allocator = make()
        configureGuards(allocator.pointee.arena.guards, budget: guardBudget, mayUseAdvice: false)
        return allocator
    }

    static func configureGuards(_ guards: Ref<GuardPages>, budget: UInt, mayUseAdvice: Bool) {
        guard let probe = VirtualMemory.map(byteCount: Unit.osPage, writable: true) else { fatalError("no memory") }
        guards.pointee.configure(budget: budget, mayUseAdvice: mayUseAdvice, probe: probe)
        VirtualMemory.unmap(probe, byteCount: Unit.osPage)
    }

    static func heap(_ allocator: Ref<Allocator>) -> Ref<Heap> {
        guard let heap = allocator.pointee.takeHeap(allocator) else { fatalError("no memory") }
        return heap
    }

    static func free(_ address: Address, _ heap: Ref<Heap>) {
        heap.pointee.allocator.pointee.deallocate(address, heapAddress: heap.address)
    }

    /// A page of blocks on a run of its own, in no heap, published. `owner` is only compared, never followed.
    static func page(
        _ allocator: Ref<Allocator>, _ sizeClass: SizeClass, owner: Address = Address(0x10000)
    ) -> (page: Ref<Page>, start: Address) {
        guard let run = allocator.pointee.arena.takeRun(sliceCount: sizeClass.sliceCount),
            let segment = run.page.pointee.segment
        else { fatalError("no memory") }
        let slice = UInt(run.page.pointee.sliceIndex)
        let start = segment.pointee.address(ofSlice: slice)
        var random = TestRandom(stream: UInt64(sizeClass.index))
        run.page.pointee.setUpBlocks(
            of: sizeClass, start: start, states: Segment.stateAddress(slice, of: segment), heap: owner
        ) { random.next() }
        allocator.pointee.arena.publish(run.page, at: start, byteCount: sizeClass.sliceCount * Unit.slice)
        return (run.page, start)
    }
}
