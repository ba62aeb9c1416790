// The settings: where they are, what is in them before anything was read, and that they cannot be written any more.

import CBulwark
import Testing

@Suite struct SettingsTests {
    @Test func fitTheirOSPage() {
        verify(MemoryLayout<Settings>.size <= Int(BW_SETTINGS_BYTES))
        verify(UInt(BW_SETTINGS_BYTES) % Unit.osPage == 0 && UInt(BW_ALLOCATOR_BYTES) % Unit.osPage == 0)
        verify(MemoryLayout<Settings>.offset(of: \.options) == 0)
        // The process's: C lays them out, Swift finds them from the allocator.
        let shared = Allocator.shared
        verify(Allocator.settings(of: shared).address == Options.process.address)
        verify(Options.process.address.isAligned(to: Unit.osPage))
    }

    /// What the allocator gives as its options are those in its settings.
    @Test func belongToTheirAllocator() {
        let (a, b) = (TestAllocator.make { $0[.sampleRate] = 7 }, TestAllocator.make())
        verify(a.pointee.options[.sampleRate] == 7)
        verify(b.pointee.options[.sampleRate] == Option.sampleRate.defaultValue)
        verify(Allocator.settings(of: a).pointee.options[.sampleRate] == 7)
    }

    /// Before the first allocation, and before there is a library to load: the defaults.
    @Test func zeroedIsValid() {
        let allocator = TestAllocator.zeroed(Allocator.self)
        for option in (0..<Option.count).compactMap(Option.init(rawValue:)) {
            verify(allocator.pointee.options[option] == option.defaultValue)
        }
        let next = allocator.pointee.next
        let isEmpty = unsafe next.free == nil && next.realloc == nil && next.usable_size == nil
        verify(isEmpty)
    }

    @Test func writableUntilLoaded() async {
        await #expect(processExitsWith: .success) {
            Allocator.settings(of: TestAllocator.make()).pointee.options[.purgeDelay] = 5
        }
        await #expect(processExitsWith: .signal(11)) {
            let allocator = TestAllocator.make()
            TestAllocator.load(allocator)
            Allocator.settings(of: allocator).pointee.options[.purgeDelay] = 5
        }
        await #expect(processExitsWith: .signal(11)) {  // the next allocator's functions too
            let allocator = TestAllocator.make()
            TestAllocator.load(allocator)
            overwriteNext(allocator)
        }
    }

    /// Reading works on, and the allocator beside the settings stays writable.
    @Test func usableWhenSealed() throws {
        let allocator = TestAllocator.make { $0[.purgeDelay] = 5 }
        TestAllocator.load(allocator)
        verify(allocator.pointee.isSealed)
        verify(!MemoryProbe.isWritable(Allocator.settings(of: allocator).address))
        verify(MemoryProbe.isReadable(Allocator.settings(of: allocator).address))
        verify(allocator.pointee.options[.purgeDelay] == 5)
        TestAllocator.load(allocator)
        let heap = TestAllocator.heap(allocator)
        TestAllocator.free(try require(heap.pointee.allocate(100)), heap)
        verify(invariants: Invariants.broken(allocator))
    }
}

private func overwriteNext(_ allocator: Ref<Allocator>) {
    Allocator.settings(of: allocator).pointee.next = bw_next_allocator()
}
