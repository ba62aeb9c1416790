// free and its sized forms. None changes errno, as POSIX (2024) and glibc promise.

import CBulwark

@c @implementation public func bw_abi_free(_ block: UnsafeMutableRawPointer?) {
    let address = unsafe EntryPoint.address(block)
    bw_probe_free(address.bits)
    free(address)
}

@inline(__always) private func free(_ address: Address) {
    if Memcheck.isHere {
        Memcheck.freeing(address.bits) {
            if Recording.isOn { deallocateRecorded(address) } else { deallocate(address) }
        }
    } else if Recording.isOn {
        deallocateRecorded(address)
    } else {
        deallocate(address)
    }
}

@inline(never) private func deallocateRecorded(_ address: Address) {
    Recording.changing {
        if Variant.familyChecks { Allocator.shared.pointee.checkFamily(of: address, .free) }
        Recording.willDeallocate(address)
        deallocate(address)
    }
}

@inline(__always) private func deallocate(_ address: Address) {
    switch Allocator.shared.pointee.deallocateDirectly(address, CurrentThread.heapOrEmptyAddress) {
    case .freed(let page): if page.pointee.used == 0 { attend(to: page) }
    case .waits(let page, let number): wait(number, of: page)
    case .otherCase: deallocateSlowly(address)
    case .damaged: deallocateDamaged(address)
    }
}

// Out of line and with one argument each, so that the fast path ends in a jump to them and needs no frame.

@inline(never) private func wait(_ number: UInt32, of page: Ref<Page>) {
    Allocator.wait(number, of: page, CurrentThread.heapAddress)
}

@inline(never) private func attend(to page: Ref<Page>) { Allocator.attend(to: page, CurrentThread.heapAddress) }

@inline(never) private func deallocateSlowly(_ address: Address) {
    if Variant.backtraces, ReserveMemory.contains(address) { return }
    Allocator.shared.pointee.deallocateSlowly(address, CurrentThread.heapAddress)
}

@inline(never) private func deallocateDamaged(_ address: Address) {
    Allocator.shared.pointee.deallocateDamaged(address, CurrentThread.heapAddress)
}

/// The fast path knows the size anyway, where it is checked: it compares it on the way. What is not right there goes to sized.c,
/// by a jump, so that the caller's address is still the program's.
@c @implementation public func bw_abi_free_sized(_ block: UnsafeMutableRawPointer?, _ byteCount: Int) {
    let address = unsafe EntryPoint.address(block)
    bw_probe_free(address.bits)
    guard Variant.sizeChecks else { return deallocate(address) }
    guard Variant.paddingCanaries, !Variant.blockStacks else {
        return unsafe bw_free_sized_slowly(block, byteCount)
    }
    let freed = Allocator.shared.pointee.deallocateDirectly(
        address, CurrentThread.heapOrEmptyAddress, requested: UInt(bitPattern: byteCount))
    switch freed {
    case .freed(let page): if page.pointee.used == 0 { attend(to: page) }
    case .waits(let page, let number): wait(number, of: page)
    case .otherCase: unsafe bw_free_sized_slowly(block, byteCount)
    case .damaged: unsafe bw_free_sized_damaged(block, byteCount)
    }
}

@c @implementation public func bw_free_revive(_ block: UnsafeMutableRawPointer?) {
    Allocator.shared.pointee.revive(unsafe EntryPoint.address(block))
}

@c @implementation public func bw_free_checked(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int, _ site: UInt
) {
    let address = unsafe EntryPoint.address(block)
    if Variant.sizeChecks, address.bits != 0, Allocator.isReady(Allocator.shared) {
        Memcheck.quietly { Allocator.shared.pointee.checkSize(address, UInt(bitPattern: byteCount), site: site) }
    }
    free(address)
}

@c @implementation public func bw_note_family(_ block: UnsafeMutableRawPointer, _ family: UInt32, _ alignment: Int) {
    guard Variant.familyChecks, let family = AllocationFamily(rawValue: family),
        let (_, record) = unsafe Allocator.shared.pointee.recorded(Address(block))
    else { return }
    record.pointee.origin = AllocationOrigin(family, alignment: UInt(bitPattern: alignment))
}

@c @implementation public func bw_check_family(
    _ block: UnsafeMutableRawPointer, _ deallocator: UInt32, _ alignment: Int, _ site: UInt
) {
    guard Variant.familyChecks, let deallocator = Deallocator(rawValue: deallocator) else { return }
    let address = unsafe Address(block)
    Memcheck.quietly {
        Allocator.shared.pointee.checkFamily(
            of: address, deallocator, alignment: UInt(bitPattern: alignment), site: site)
    }
}
