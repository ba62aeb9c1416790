// Pointers in none of our pages, by the option foreign_pointers: a violation, counted, or handed on to the next
// allocator. Slow paths; any thread.

import CBulwark
import Synchronization

/// One of the next allocator's functions, as a bit of `CurrentThread.forwardedCalls`.
private enum ForwardedCall: UInt32 {
    case free = 1
    case realloc = 2
    case usableSize = 4
}

extension Allocator {
    /// What becomes of foreign pointers, `auto` resolved.
    var foreignPointerPolicy: ForeignPointerPolicy {
        let policy = options.foreignPointers
        if policy == .auto { return Variant.reportForeignPointers ? .report : .ignore }
        return policy
    }

    /// free of an address outside all our pages.
    @inline(never) mutating func deallocateForeign(_ address: Address) {
        guard let free = unsafe next.free, mayForward(address, .free) else {
            refuseForeign(address, .doubleFree, .invalidFree)
            return
        }
        let saved = bw_errno()
        CurrentThread.forwardedCalls |= ForwardedCall.free.rawValue
        unsafe free(address.pointer)
        CurrentThread.forwardedCalls &= ~ForwardedCall.free.rawValue
        bw_set_errno(saved)
    }

    /// realloc of an address outside all our pages.
    /// - Parameter heapAddress: the heap in use. The shared one's lock is released for the time: the next allocator may
    ///   call us.
    /// - Returns: what the next allocator does; nil if the address is not handed on.
    @inline(never) mutating func reallocateForeign(
        _ address: Address, _ byteCount: UInt, _ heapAddress: Address
    ) -> Address? {
        guard let realloc = unsafe next.realloc, mayForward(address, .realloc) else {
            refuseForeign(address, .reallocationOfFreed, .invalidReallocation)
            return nil
        }
        let isShared = fallbackHeap?.address == heapAddress
        if isShared { fallbackLock.release() }
        CurrentThread.forwardedCalls |= ForwardedCall.realloc.rawValue
        let block = unsafe realloc(address.pointer, Int(bitPattern: byteCount))
        CurrentThread.forwardedCalls &= ~ForwardedCall.realloc.rawValue
        if isShared { fallbackLock.acquire() }
        guard let block = unsafe block else { return nil }
        return unsafe Address(block)
    }

    /// malloc_usable_size of an address outside all our pages.
    @inline(never) mutating func foreignUsableByteCount(_ address: Address) -> UInt {
        guard let usableSize = unsafe next.usable_size, mayForward(address, .usableSize) else {
            refuseForeign(address, .invalidUsableSize, .invalidUsableSize)
            return 0
        }
        CurrentThread.forwardedCalls |= ForwardedCall.usableSize.rawValue
        defer { CurrentThread.forwardedCalls &= ~ForwardedCall.usableSize.rawValue }
        return UInt(bitPattern: unsafe usableSize(address.pointer))
    }

    /// True if the next allocator is to get the address: the option says so, it is not ours, and that allocator is not
    /// just doing the same: its realloc may well call free, which is ours, but what its free passes to free is nobody's.
    private mutating func mayForward(_ address: Address, _ call: ForwardedCall) -> Bool {
        foreignPointerPolicy == .forward && CurrentThread.forwardedCalls & call.rawValue == 0 && !isOurs(address)
    }

    /// True if an address outside all pages in use is ours all the same: in a segment, or a huge block's that is gone. The
    /// latter only while nothing is mapped there: else it is another allocator's by now.
    mutating func isOurs(_ address: Address) -> Bool {
        guard phase.load(ordering: .acquiring) == 2 else { return false }
        if arena.holds(address) { return true }
        let osPage = Address(address.bits.aligned(down: Unit.osPage))
        return arena.formerBlockByteCount(at: address) != nil && !VirtualMemory.isMapped(osPage)
    }
}
