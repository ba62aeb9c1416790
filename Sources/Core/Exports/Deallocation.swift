// free and its sized forms. None changes errno, as POSIX (2024) and glibc promise.

import CBulwark

@c @implementation public func bw_abi_free(_ block: UnsafeMutableRawPointer?) {
    let address = unsafe EntryPoint.address(block)
    if Variant.usesMagazines {
        if Allocator.shared.pointee.deallocateToMagazine(address, CurrentThread.heapOrEmptyAddress) { return }
        deallocateSlowly(address)
    } else {
        guard let page = Allocator.shared.pointee.deallocateToPage(address, CurrentThread.heapOrEmptyAddress) else {
            deallocateSlowly(address)
            return
        }
        if page.pointee.used == 0 { attend(to: page) }
    }
}

// Out of line and with one argument each, so that the fast path ends in a jump to them and needs no frame.

@inline(never) private func attend(to page: Ref<Page>) { Allocator.attend(to: page, CurrentThread.heapAddress) }

@inline(never) private func deallocateSlowly(_ address: Address) {
    if Variant.backtraces, ReserveMemory.contains(address) { return }
    Allocator.shared.pointee.deallocateSlowly(address, CurrentThread.heapAddress)
}

@c @implementation public func bw_free_checked(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int, _ site: UInt
) {
    let address = unsafe EntryPoint.address(block)
    if Variant.sizeChecks, address.bits != 0, Allocator.isReady(Allocator.shared) {
        Allocator.shared.pointee.checkSize(address, UInt(bitPattern: byteCount), site: site)
    }
    unsafe bw_abi_free(block)
}
