// Memory for descriptors: mappings of their own, apart from all blocks, never given back. Slow paths, any thread.

import CBulwark

/// Hands out zeroed, type-stable memory. Valid when zero-initialised, but for `guards`.
///
/// A chunk is guarded on both sides where the variant has guardPages, so that no run of writes that starts in a
/// block, or ends in one, crosses it.
struct MetadataPool: ~Copyable {
    private let lock = Lock()
    private var cursor = Address(0)
    private var remaining: UInt = 0
    /// All memory that was ever mapped for metadata, in bytes of address space.
    private(set) var mappedByteCount: UInt = 0

    /// Small objects share chunks of this size.
    static var chunkByteCount: UInt { 2 << 20 }

    init() {}

    /// - Parameters:
    ///   - byteCount: of any size.
    ///   - alignment: a power of two, at most an OS page.
    /// - Returns: nil if the kernel has no memory.
    mutating func allocate(byteCount: UInt, alignment: UInt = 64, guards: Ref<GuardPages>) -> Address? {
        lock.acquire()
        defer { lock.release() }
        if byteCount >= Self.chunkByteCount / 4 { return mapGuarded(byteCount.aligned(up: Unit.osPage), guards) }
        let padding = cursor.aligned(up: alignment).offset(from: cursor)
        if padding + byteCount > remaining {
            guard let chunk = mapGuarded(Self.chunkByteCount, guards) else { return nil }
            cursor = chunk
            remaining = Self.chunkByteCount
        }
        let start = cursor.aligned(up: alignment)
        let step = start.offset(from: cursor) + byteCount
        cursor = cursor + step
        remaining -= step
        return start
    }

    private mutating func mapGuarded(_ byteCount: UInt, _ guards: Ref<GuardPages>) -> Address? {
        let margin: UInt = Variant.guardPages ? Unit.osPage : 0
        let hint = Variant.randomizedFreeLists ? RandomPlace.draw() : Address(0)
        let outer = VirtualMemory.map(byteCount: byteCount + 2 * margin, writable: true, hint: hint)
        guard let outer else { return nil }
        mappedByteCount += byteCount + 2 * margin
        if Variant.leakReport { bw_note_metadata(outer.bits, byteCount + 2 * margin) }
        if Variant.guardPages {
            // A guard that is refused is counted there; the metadata is needed all the same.
            _ = guards.pointee.install(outer, byteCount: margin, isPermanent: true)
            _ = guards.pointee.install(outer + margin + byteCount, byteCount: margin, isPermanent: true)
        }
        return outer + margin
    }

    borrowing func lockForFork() { lock.acquire() }
    borrowing func unlockAfterFork() { lock.release() }
    borrowing func resetAfterFork() { lock.resetAfterFork() }
}
