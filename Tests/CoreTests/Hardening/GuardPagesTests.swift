// Guards: they fault, they go, they are counted, and none past the budget is ever needed.

import Testing

@Suite struct GuardPagesTests {
    private static let pageCount: UInt = 16

    private func make(budget: UInt, mayUseAdvice: Bool) throws -> (guards: Ref<GuardPages>, memory: Address) {
        let guards = TestAllocator.zeroed(GuardPages.self)
        let memory = try require(VirtualMemory.map(byteCount: Self.pageCount * Unit.osPage, writable: true))
        TestAllocator.configureGuards(guards, budget: budget, mayUseAdvice: mayUseAdvice)
        return (guards, memory)
    }

    @Test(arguments: [true, false])
    func guardsFault(_ mayUseAdvice: Bool) throws {
        let (guards, memory) = try make(budget: 100, mayUseAdvice: mayUseAdvice)
        if !mayUseAdvice { verify(!guards.pointee.usesAdvice) }
        for index in 0..<Self.pageCount { unsafe (memory + index * Unit.osPage).storeWord(7) }
        var placed: [UInt] = []
        for index in stride(from: UInt(1), to: Self.pageCount, by: 3) {
            let didInstall = guards.pointee.install(memory + index * Unit.osPage, byteCount: Unit.osPage)
            verify(didInstall)
            placed.append(index)
        }
        verify(guards.pointee.installedCount == UInt(placed.count) && guards.pointee.refusedCount == 0)
        for index in 0..<Self.pageCount {
            let page = memory + index * Unit.osPage
            for byte in [page, page + 4095] {
                verify(MemoryProbe.isReadable(byte) != placed.contains(index), "page \(index)")
                verify(MemoryProbe.isWritable(byte) != placed.contains(index), "page \(index)")
            }
        }
        // Those between guards keep their content; one call removes all of them.
        let kept = unsafe (memory + 2 * Unit.osPage).loadWord() & ~0xFF
        verify(kept == 0)
        let didRemove = guards.pointee.remove(
            memory, byteCount: Self.pageCount * Unit.osPage, guardCount: UInt(placed.count))
        verify(didRemove && guards.pointee.installedCount == 0)
        for index in 0..<Self.pageCount { verify(MemoryProbe.isWritable(memory + index * Unit.osPage)) }
    }

    @Test func budget() throws {
        let (guards, memory) = try make(budget: 3, mayUseAdvice: false)
        for index in 0..<UInt(8) {
            let didInstall = guards.pointee.install(memory + 2 * index * Unit.osPage, byteCount: Unit.osPage)
            verify(didInstall == (index < 3))
            verify(MemoryProbe.isReadable(memory + 2 * index * Unit.osPage) == (index >= 3))
        }
        verify(guards.pointee.installedCount == 3 && guards.pointee.refusedCount == 5)
        let didRemove = guards.pointee.remove(memory, byteCount: Unit.osPage, guardCount: 1)
        verify(didRemove)
        let again = guards.pointee.install(memory, byteCount: Unit.osPage)
        verify(again)
        let tooMany = guards.pointee.install(memory + Unit.osPage, byteCount: Unit.osPage)
        verify(!tooMany)
        verify(guards.pointee.installedCount == 3 && guards.pointee.refusedCount == 6)
    }

    @Test func noBudget() throws {
        let (guards, memory) = try make(budget: 0, mayUseAdvice: false)
        let didInstall = guards.pointee.install(memory, byteCount: Unit.osPage)
        verify(!didInstall && guards.pointee.refusedCount == 1 && MemoryProbe.isWritable(memory))
        // Zero-initialised: no budget either.
        let fresh = TestAllocator.zeroed(GuardPages.self)
        let second = fresh.pointee.install(memory, byteCount: Unit.osPage)
        verify(!second && fresh.pointee.refusedCount == 1)
    }

    /// The kernel refuses (nothing is mapped there): counted, and the budget is not used up.
    @Test(arguments: [true, false])
    func refusalByTheKernel(_ mayUseAdvice: Bool) throws {
        let (guards, memory) = try make(budget: 1, mayUseAdvice: mayUseAdvice)
        let hole = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        VirtualMemory.unmap(hole, byteCount: Unit.osPage)
        let nowhere = guards.pointee.install(Address(0x1000), byteCount: Unit.osPage)
        verify(!nowhere && guards.pointee.refusedCount == 1 && guards.pointee.installedCount == 0)
        let somewhere = guards.pointee.install(memory, byteCount: Unit.osPage)
        verify(somewhere && guards.pointee.installedCount == 1)
        let removed = guards.pointee.remove(Address(0x1000), byteCount: Unit.osPage, guardCount: 1)
        verify(!removed && guards.pointee.installedCount == 1)
    }

    /// `load` reads the options late: guards that were installed by advice before must still go if it says mprotect.
    @Test func methodChangesLater() async throws {
        let (guards, memory) = try make(budget: 10, mayUseAdvice: true)
        guard guards.pointee.usesAdvice else { return }
        let didInstall = guards.pointee.install(memory, byteCount: Unit.osPage)
        verify(didInstall)
        await #expect(processExitsWith: .success) {
            let guards = TestAllocator.zeroed(GuardPages.self)
            guard let memory = VirtualMemory.map(byteCount: Unit.osPage, writable: true) else { return }
            TestAllocator.configureGuards(guards, budget: 10, mayUseAdvice: true)
            _ = guards.pointee.install(memory, byteCount: Unit.osPage)
            TestAllocator.configureGuards(guards, budget: 10, mayUseAdvice: false)
            let didRemove = guards.pointee.remove(memory, byteCount: Unit.osPage, guardCount: 1)
            // Either refused, or the memory can be used.
            precondition(!didRemove || MemoryProbe.isWritable(memory))
        }
    }
}
