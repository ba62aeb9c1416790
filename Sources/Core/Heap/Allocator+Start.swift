// How the process-wide state comes to life: on the first allocation, however early that is.

import CBulwark
import Synchronization

extension Allocator {
    /// The process's allocator, over zero-initialised C storage.
    @inline(__always) static var shared: Ref<Allocator> { unsafe Ref(at: Address(bw_allocator())) }

    @inline(__always) static func isReady(_ allocator: Ref<Allocator>) -> Bool {
        allocator.pointee.phase.load(ordering: .acquiring) == 2
    }

    /// Makes a zero-initialised allocator ready, once; threads that come second wait.
    /// - Returns: false if the kernel has no memory for the first metadata; the next call tries again.
    static func start(_ allocator: Ref<Allocator>) -> Bool {
        while true {
            let old = allocator.pointee.phase.compareExchange(expected: 0, desired: 1, ordering: .acquiring)
            if old.original == 2 { return true }
            if old.exchanged { break }
        }
        let isPrepared = prepare(allocator)
        allocator.pointee.phase.store(isPrepared ? 2 : 0, ordering: .releasing)
        return isPrepared
    }

    private static func prepare(_ allocator: Ref<Allocator>) -> Bool {
        // Folded by the compiler: descriptors lie 128 bytes apart, and C reserves the allocator's room.
        precondition(Variant.isConsistent)
        precondition(MemoryLayout<Page>.size <= 128)
        precondition(MemoryLayout<Allocator>.size <= Int(BW_ALLOCATOR_BYTES))
        precondition(MemoryLayout<Settings>.size <= Int(BW_SETTINGS_BYTES) - Int(BW_HOOKS_BYTES))
        readOptions(allocator)
        configureGuards(allocator)
        ForkMark.make()
        let guards = unsafe Ref<GuardPages>(at: address(of: &allocator.pointee.guards))
        let metadata = unsafe Ref<MetadataPool>(at: address(of: &allocator.pointee.metadata))
        let memory = metadata.pointee.allocate(
            byteCount: PageMap.byteCount, alignment: Unit.osPage, guards: guards)
        guard let memory else { return false }
        allocator.pointee.pageMap = PageMap(memory: memory)
        let pageMap = unsafe Ref<PageMap>(at: address(of: &allocator.pointee.pageMap))
        allocator.pointee.arena = Arena(pageMap: pageMap, metadata: metadata, guards: guards)
        allocator.pointee.arena.purgeDelay = UInt64(allocator.pointee.options[.purgeDelay])
        configureSamples(allocator)
        return true
    }

    /// What is left to do when the library is loaded and libc is ready: the options, if the first allocation came before
    /// they could be read, and their seal.
    /// - Parameter findNext: looks for the next allocator's functions.
    static func load(_ allocator: Ref<Allocator>, findNext: () -> bw_next_allocator) {
        let settings = settings(of: allocator)
        guard !allocator.pointee.isSealed else { return }
        let wasRead = allocator.pointee.hasReadOptions
        let isReady = start(allocator)
        readOptions(allocator, isLoaded: true)
        if isReady, !wasRead {
            allocator.pointee.arena.purgeDelay = UInt64(settings.pointee.options[.purgeDelay])
            configureGuards(allocator)
        }
        configureSamples(allocator)
        if isReady { allocator.pointee.configureSampledSites() }
        if settings.pointee.options.foreignPointers == .forward { settings.pointee.next = findNext() }
        seal(allocator)
    }

    private static func configureGuards(_ allocator: Ref<Allocator>) {
        guard Variant.guardPages, let probe = VirtualMemory.map(byteCount: Unit.osPage, writable: true) else {
            return
        }
        allocator.pointee.guards.configure(
            budget: allocator.pointee.options[.guardBudget],
            mayUseAdvice: allocator.pointee.options[.madviseGuards] != 0, probe: probe)
        VirtualMemory.unmap(probe, byteCount: Unit.osPage)
    }

    private static func configureSamples(_ allocator: Ref<Allocator>) {
        guard Variant.handlesFaults else { return }
        allocator.pointee.reportsAllFaults.store(
            Variant.faultReports || allocator.pointee.options[.faultReports] != 0, ordering: .relaxed)
        guard Variant.sampledGuards, allocator.pointee.options[.sampleSlots] != 0 else { return }
        allocator.pointee.samples.rate.store(allocator.pointee.options[.sampleRate], ordering: .relaxed)
    }

    /// The address of a part of the allocator, which never moves.
    private static func address<Part: ~Copyable>(of part: inout Part) -> Address {
        unsafe withUnsafeMutablePointer(to: &part) { unsafe Address(UnsafeMutableRawPointer($0)) }
    }
}
