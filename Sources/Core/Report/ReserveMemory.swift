// Memory for libraries that a report calls, the loader and libunwind: the thread's heap may be what is broken, or in the
// middle of a change. Static; given out once, never taken back.

import CBulwark
import Synchronization

/// The reserve's beginning. Valid when zero-initialised.
struct ReserveMemory: ~Copyable {
    /// The bytes given out, this header not counted.
    private let used = Atomic<UInt>(0)

    static var shared: Ref<ReserveMemory> { unsafe Ref(at: Address(bw_reserve())) }

    /// In front of each block: its byte count.
    private static var headerByteCount: UInt { 16 }
    private static var end: UInt { UInt(BW_RESERVE_BYTES) }

    /// Zeroed memory; nil when the reserve is used up, or for an alignment above 16.
    static func allocate(_ byteCount: UInt, alignment: UInt) -> Address? {
        guard byteCount < end, alignment <= 16 else { return nil }
        let total = byteCount.aligned(up: 16) + headerByteCount
        let old = shared.pointee.used.add(total, ordering: .relaxed).oldValue
        guard old < end, old + total + headerByteCount <= end else { return nil }
        let header = shared.address + headerByteCount + old
        unsafe header.storeWord(UInt64(byteCount))
        return header + headerByteCount
    }

    /// True if an address is one of the reserve's.
    static func contains(_ address: Address) -> Bool { address.offset(from: shared.address) < end }

    /// The bytes of a block of the reserve.
    static func byteCount(of block: Address) -> UInt { unsafe UInt((block - headerByteCount).loadWord()) }
}
