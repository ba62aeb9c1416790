// What is known of an address. Never faults, whatever the address; any thread.

extension Allocator {
    /// The requested bytes of the live block that starts at an address in `page`, or where they are not kept its usable
    /// ones; nil if none does. Where the variant keeps no state bits, a freed block of a size class counts as live.
    func liveByteCount(_ page: Ref<Page>, _ address: Address) -> UInt? {
        switch page.pointee.kind {
        case .blocks:
            guard let number = page.pointee.sharedNumber(ofBlockAt: address), page.pointee.states.isLive(number)
            else { return nil }
            return page.pointee.requestedByteCount(of: address)
        case .trap:
            return page.pointee.isLiveTrap(address) ? 0 : nil
        case .sampled:
            return Variant.sampledGuards ? samples.liveByteCount(address) : nil
        case .large, .huge:
            let state = page.pointee.sharedState
            guard address == page.pointee.userStart, state.isInUse, state.isUnowned else { return nil }
            return page.pointee.requestedByteCount
        }
    }

    /// The same of whatever starts at an address; nil too if the address is not ours.
    func liveByteCount(at address: Address) -> UInt? {
        guard let page = pageMap.page(covering: address) else { return nil }
        return liveByteCount(page, address)
    }

    /// True if a live block starts at the address.
    func isLive(_ address: Address) -> Bool { liveByteCount(at: address) != nil }

    /// The usable bytes of a live block: malloc_usable_size. 0 for anything else, after a report where the variant
    /// reports.
    mutating func usableByteCount(_ address: Address) -> UInt {
        guard let page = pageMap.page(covering: address) else {
            return address.bits == 0 ? 0 : foreignUsableByteCount(address)
        }
        if let byteCount = liveByteCount(page, address) { return byteCount }
        refuse(page, address, .invalidUsableSize, .invalidUsableSize)
        return 0
    }

    /// True if the address lies where blocks can be: in the run of a page in use, guards excepted.
    func owns(_ address: Address) -> Bool {
        guard let page = pageMap.page(covering: address) else { return false }
        if Variant.sampledGuards, page.pointee.kind == .sampled { return samples.owns(address) }
        if page.pointee.kind == .trap { return true }
        if page.pointee.kind != .blocks {
            return address.offset(from: page.pointee.userStart) < page.pointee.byteCount &- page.pointee.shift
        }
        let blockByteCount = UInt(page.pointee.blockByteCount)
        let offset = address.offset(from: page.pointee.origin + blockByteCount)
        return offset < UInt(page.pointee.blockCount) * blockByteCount
    }

    /// The usable bytes that a request of `byteCount` would get.
    static func goodByteCount(_ byteCount: UInt) -> UInt {
        if Variant.zeroSizeTraps, byteCount == 0 { return 0 }
        // With canaries a block is usable exactly as far as it was requested.
        if Variant.paddingCanaries { return byteCount }
        if byteCount <= SizeClass.largestByteCount { return SizeClass(holding: byteCount).blockByteCount }
        if byteCount > Unit.largestRequest { return byteCount }
        return byteCount.aligned(up: Unit.osPage)
    }
}
