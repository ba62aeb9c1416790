// Address space and memory from the kernel: one small function a system call, no policy.
// errno is kept by the C side; failure is nil or false, never fatal.

import CBulwark

enum VirtualMemory {
    /// Private zeroed memory, or reserved address space if it is not `writable`. Linux: `mmap(2)`.
    /// - Parameter hint: where the kernel should look first.
    static func map(byteCount: UInt, writable: Bool, hint: Address = Address(0)) -> Address? {
        let address = bw_os_map(hint.bits, Int(byteCount), writable)
        return address == 0 ? nil : Address(address)
    }

    /// The same, so that the byte at `offset` lies at a multiple of `alignment`, a power of two of at least an OS page.
    static func map(
        byteCount: UInt, alignment: UInt, offset: UInt = 0, writable: Bool, hint: Address = Address(0)
    ) -> Address? {
        guard let first = map(byteCount: byteCount, writable: writable, hint: hint) else { return nil }
        if (first + offset).isAligned(to: alignment) { return first }
        unmap(first, byteCount: byteCount)
        let (padded, overflow) = byteCount.addingReportingOverflow(alignment)
        guard !overflow, let outer = map(byteCount: padded, writable: writable) else { return nil }
        let inner = (outer + offset).aligned(up: alignment) - offset
        let before = inner.offset(from: outer)
        unmap(outer, byteCount: before)
        unmap(inner + byteCount, byteCount: padded - before - byteCount)
        return inner
    }

    /// Gives address space back. Linux: `munmap(2)`. An empty range is allowed. At the limit of mappings, where cutting
    /// one in two is refused, at least the memory goes.
    static func unmap(_ address: Address, byteCount: UInt) {
        guard byteCount != 0 else { return }
        if bw_os_unmap(address.bits, Int(byteCount)) != 0 { _ = purge(address, byteCount: byteCount) }
    }

    /// Makes a reserved range readable and writable, or inaccessible. Linux: `mprotect(2)`; it fails when the
    /// process has too many mappings or may not commit more memory.
    static func protect(_ address: Address, byteCount: UInt, writable: Bool) -> Bool {
        byteCount == 0 || bw_os_protect(address.bits, Int(byteCount), writable) == 0
    }

    /// Makes OS pages read-only for good. Linux: `mprotect(2)`.
    static func seal(_ address: Address, byteCount: UInt) -> Bool {
        bw_os_make_read_only(address.bits, Int(byteCount)) == 0
    }

    /// True if the OS page that begins at `address` is part of any mapping. Linux: `mincore(2)`.
    static func isMapped(_ address: Address) -> Bool { bw_os_is_mapped(address.bits) }

    /// Gives the memory back and keeps the address space; it reads as zero afterwards. Linux: `MADV_DONTNEED`.
    @inline(never) static func purge(_ address: Address, byteCount: UInt) -> Bool {
        bw_probe_purge(address.bits, byteCount)
        return bw_os_purge(address.bits, Int(byteCount)) == 0
    }

    /// The same for the OS pages that a block, of more than one, has to itself.
    static func purge(blockAt block: Address, byteCount: UInt) -> Bool {
        let first = block.aligned(up: Unit.osPage)
        let end = (block + byteCount).aligned(down: Unit.osPage)
        return purge(first, byteCount: end.offset(from: first))
    }

    /// True if an OS page of a block's range is in memory, or may be. Linux: `mincore(2)`.
    static func isAnyResident(_ address: Address, byteCount: UInt) -> Bool {
        let start = address.aligned(down: Unit.osPage)
        return bw_os_is_any_resident(start.bits, Int((address + byteCount).offset(from: start)))
    }

    /// The OS pages of a block's range, of at most 64, that are in memory, or may be: bit i for the i-th. Linux: `mincore(2)`.
    static func residentPages(_ start: Address, count: UInt) -> UInt64 { bw_os_resident(start.bits, Int(count)) }

    /// Moves pages to the reserved range at `target` without copying them. Linux: `mremap(2)`.
    static func move(_ address: Address, byteCount: UInt, to target: Address, newByteCount: UInt) -> Bool {
        bw_os_move(address.bits, Int(byteCount), Int(newByteCount), target.bits) == 0
    }

    /// The same, but the old place stays mapped, and reads as zero. Linux 5.7: `MREMAP_DONTUNMAP`.
    static func moveAway(_ address: Address, byteCount: UInt, to target: Address) -> Bool {
        bw_os_move_away(address.bits, Int(byteCount), target.bits) == 0
    }

    /// Whether core dumps hold a range. Where that changes a mapping ends. Linux: `MADV_DONTDUMP`.
    static func setDumped(_ address: Address, byteCount: UInt, _ isDumped: Bool) -> Bool {
        bw_os_advise(address.bits, Int(byteCount), Int32(isDumped ? BW_DO_DUMP : BW_DONT_DUMP)) == 0
    }

    /// Linux 6.13's `MADV_GUARD_INSTALL`: access faults, no further mapping is used.
    static func installGuard(_ address: Address, byteCount: UInt) -> Bool {
        bw_os_advise(address.bits, Int(byteCount), Int32(BW_GUARD_INSTALL)) == 0
    }
    static func removeGuard(_ address: Address, byteCount: UInt) -> Bool {
        bw_os_advise(address.bits, Int(byteCount), Int32(BW_GUARD_REMOVE)) == 0
    }
}
