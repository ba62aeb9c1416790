// malloc(0), where its result faults on access (flag zeroSizeTraps).

import Synchronization

extension Allocator {
    /// An address that nobody may access.
    /// - Returns: nil if there is no address space for more.
    mutating func allocateTrap() -> Address? {
        while true {
            let current = trapPage.load(ordering: .acquiring)
            if current != 0 {
                let page: Ref<Page> = unsafe Ref(at: Address(current))
                if let trap = page.pointee.takeTrap() { return trap }
            }
            guard moveOn(from: current) else { return nil }
        }
    }

    /// Replaces the exhausted page by the one that waits longest, if that has room again, or a new one.
    private mutating func moveOn(from exhausted: UInt) -> Bool {
        trapLock.acquire()
        defer { trapLock.release() }
        // Another thread may have been here first.
        guard trapPage.load(ordering: .relaxed) == exhausted else { return true }
        if let first = trapPages.first, first.address.bits != exhausted, let trap = first.pointee.takeTrap() {
            _ = first.pointee.freeTrap(at: trap)
            trapPages.remove(first)
            trapPages.append(first)
            trapPage.store(first.address.bits, ordering: .releasing)
            return true
        }
        guard let page = arena.makeTrapPage() else { return false }
        trapPages.append(page)
        trapPage.store(page.address.bits, ordering: .releasing)
        return true
    }
}

extension Arena {
    /// A page of traps, found by the page map from now on.
    fileprivate mutating func makeTrapPage() -> Ref<Page>? {
        guard let start = VirtualMemory.map(byteCount: Unit.slice, alignment: Unit.slice, writable: false) else {
            return nil
        }
        lock.acquire()
        defer { lock.release() }
        guard pageMap.pointee.prepare(start, byteCount: Unit.slice, metadata: metadata, guards: guards),
            let page = takeHugePage()
        else {
            VirtualMemory.unmap(start, byteCount: Unit.slice)
            return nil
        }
        guard let bits = metadata.pointee.allocate(byteCount: Page.trapBitsByteCount, guards: guards) else {
            page.pointee.next = spareHugePages
            spareHugePages = page
            VirtualMemory.unmap(start, byteCount: Unit.slice)
            return nil
        }
        page.pointee.setUpTraps(start: start, bits: bits)
        publish(page, at: start, byteCount: Unit.slice)
        return page
    }
}
