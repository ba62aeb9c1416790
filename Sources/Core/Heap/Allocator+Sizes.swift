// Sized deallocation (flag sizeChecks): the size that the program gives is compared with the one it requested.

import Synchronization

extension Allocator {
    /// Called before a block is freed with a size.
    /// - Parameters:
    ///   - byteCount: the size that the caller believes the block to have.
    ///   - site: the caller's return address. Smaller sizes are reported once for each: a class with trailing storage is
    ///     deleted so each time.
    mutating func checkSize(_ address: Address, _ byteCount: UInt, site: UInt) {
        // What is no live block's start is free's to report.
        guard let page = pageMap.page(covering: address), let requested = liveByteCount(page, address),
            byteCount != requested
        else { return }
        if byteCount > requested {
            Report.violation(
                .sizeMismatch, at: address, .sized(byteCount: requested, claimed: byteCount),
                history: page.pointee.history(covering: address))
        } else if Variant.paddingCanaries {
            reportSmallerSize(page, address, requested, byteCount, site)
        }
    }

    @inline(never) private mutating func reportSmallerSize(
        _ page: Ref<Page>, _ address: Address, _ requested: UInt, _ byteCount: UInt, _ site: UInt
    ) {
        let policy = Options.process.pointee.sizeMismatch
        guard policy != .ignore, policy == .abort || sizeSites.insert(site) else { return }
        if policy == .abort {
            Report.violation(
                .sizeMismatch, at: address, .sized(byteCount: requested, claimed: byteCount),
                history: page.pointee.history(covering: address))
            return
        }
        Report.harmless(.sizeMismatch, at: address, .sized(byteCount: requested, claimed: byteCount))
    }
}
