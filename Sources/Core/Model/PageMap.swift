// "Whose is this address?" — exactly, for any 64-bit value, without a fault and without a lock.

import Synchronization

/// From an address to the page whose run, or mapping, covers it. Two levels: a root of 2¹⁷ leaves, a leaf of 2¹⁴
/// slices, a GiB. Leaves are made when needed and stay, so a reader needs no lock.
///
/// (1) An entry is the address of a page's descriptor, or 0. (2) An entry is set after its page is ready, and cleared
/// before its slices are given back.
struct PageMap: ~Copyable {
    private var root: Table<Atomic<UInt>>

    private static var leafBits: UInt { 14 }
    private static var sliceBits: UInt { 16 }
    /// User space ends at 2⁴⁷: the kernel gives more only to programs that ask for it by address.
    static var addressBits: UInt { 47 }

    static var leafLength: UInt { 1 << leafBits }
    static var rootLength: UInt { 1 << (addressBits - leafBits - sliceBits) }
    static var rootByteCount: UInt { rootLength * 8 }

    /// - Parameter root: `rootByteCount` bytes of zeroed metadata memory.
    init(root: Address) { unsafe self.root = Table(at: root) }

    /// The page that covers `address` if any of ours does; for an address outside user space, which has its upper
    /// bits cut off, perhaps another one. For free's fast path, whose comparison with a block's start is exact over
    /// all 64 bits; valid before `start` too, when there is no root.
    @inline(__always) func candidate(for address: Address) -> Ref<Page>? {
        guard root.address.bits != 0 else { return nil }
        let slice = address.bits &>> Self.sliceBits
        let leaf = unsafe root[unchecked: (slice &>> Self.leafBits) & (Self.rootLength &- 1)]
            .load(ordering: .acquiring)
        guard leaf != 0 else { return nil }
        let table = unsafe Table<Atomic<UInt>>(at: Address(leaf))
        let entry = unsafe table[unchecked: slice & (Self.leafLength &- 1)].load(ordering: .acquiring)
        guard entry != 0 else { return nil }
        return unsafe Ref(at: Address(entry))
    }

    /// The page that covers `address`, or nil: not ours. Any thread, at any time after `start`.
    @inline(__always) func page(covering address: Address) -> Ref<Page>? {
        let slice = address.bits &>> Self.sliceBits
        let leafIndex = slice &>> Self.leafBits
        guard leafIndex < Self.rootLength else { return nil }
        // Acquiring: what the entry leads to was initialised before it was stored.
        let leaf = unsafe root[unchecked: leafIndex].load(ordering: .acquiring)
        guard leaf != 0 else { return nil }
        let table = unsafe Table<Atomic<UInt>>(at: Address(leaf))
        let entry = unsafe table[unchecked: slice & (Self.leafLength &- 1)].load(ordering: .acquiring)
        guard entry != 0 else { return nil }
        return unsafe Ref(at: Address(entry))
    }

    /// Makes the leaves for a range exist. The arena's lock must be held.
    /// - Returns: false if there is no memory for them, or the range is not in user space.
    mutating func prepare(
        _ start: Address, byteCount: UInt, metadata: Ref<MetadataPool>, guards: Ref<GuardPages>
    ) -> Bool {
        let first = start.bits >> (Self.sliceBits + Self.leafBits)
        let last = (start.bits + byteCount - 1) >> (Self.sliceBits + Self.leafBits)
        guard last < Self.rootLength else { return false }
        for index in first...last where unsafe root[unchecked: index].load(ordering: .relaxed) == 0 {
            let leaf = metadata.pointee.allocate(
                byteCount: Self.leafLength * 8, alignment: Unit.osPage, guards: guards)
            guard let leaf else { return false }
            unsafe root[unchecked: index].store(leaf.bits, ordering: .releasing)
        }
        return true
    }

    /// Sets the entries of a prepared range; nil clears them. The range's slices must be the caller's own.
    mutating func set(_ start: Address, byteCount: UInt, to page: Ref<Page>?) {
        var slice = start.bits >> Self.sliceBits
        let end = (start.bits + byteCount + Unit.slice - 1) >> Self.sliceBits
        let entry = page?.address.bits ?? 0
        while slice < end {
            let leaf = unsafe root[unchecked: slice >> Self.leafBits].load(ordering: .relaxed)
            let table = unsafe Table<Atomic<UInt>>(at: Address(leaf))
            unsafe table[unchecked: slice & (Self.leafLength - 1)].store(entry, ordering: .releasing)
            slice += 1
        }
    }
}
