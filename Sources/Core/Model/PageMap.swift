// "Whose is this address?" — exactly, for any 64-bit value, without a fault and without a lock.

import Synchronization

/// From an address to the page whose run, or mapping, covers it. Two levels: a root of 2¹⁷ leaves, a leaf of 2¹⁴
/// slices, a GiB. Leaves are made when needed and stay, so a reader needs no lock.
///
/// In memory: 128 KiB of zeros at `base`, which serve as the leaf of every GiB that has none and as the page of every
/// slice that has none (a page without an owner), then the root. Entries hold distances from `base`, so that 0, which
/// fresh memory is full of, leads to those zeros and a look-up needs no test on its way.
///
/// (1) An entry is the distance of a page's descriptor from `base`, or 0. (2) An entry is set after its page is ready,
/// and cleared before its slices are given back. (3) The zeros are never written.
struct PageMap: ~Copyable {
    /// Before `start` it leads to an empty map in C storage (storage.h), so that free may ask at any time.
    private let base: Address

    private static var leafBits: UInt { 14 }
    private static var sliceBits: UInt { 16 }
    /// User space ends at 2⁴⁷: the kernel gives more only to programs that ask for it by address.
    static var addressBits: UInt { 47 }

    static var leafLength: UInt { 1 << leafBits }
    static var leafByteCount: UInt { leafLength * 8 }
    static var rootLength: UInt { 1 << (addressBits - leafBits - sliceBits) }
    /// What a map needs to begin with.
    static var byteCount: UInt { leafByteCount + rootLength * 8 }

    /// - Parameter memory: `byteCount` bytes of zeroed metadata memory.
    init(memory: Address) { base = memory }

    /// What `init(memory:)` was given.
    var baseAddress: Address { base }

    @inline(__always) private var root: Table<Atomic<UInt>> { unsafe Table(at: base + Self.leafByteCount) }

    /// The leaf with the slice's entry: the zeros, if it was never made.
    /// - Parameter slice: below 2³¹.
    @inline(__always) private func leaf(of slice: UInt) -> Table<Atomic<UInt>> {
        // Acquiring, here and below: what an entry leads to was initialised before it was stored.
        let distance = unsafe root[unchecked: slice &>> Self.leafBits].load(ordering: .acquiring)
        return unsafe Table(at: base + distance)
    }

    /// The page that covers `address`; for none of ours, one without an owner. For an address outside user space,
    /// whose upper bits are cut off, perhaps another one: for free's fast path, whose comparison with a block's start
    /// is exact over all 64 bits. Any thread, at any time, before `start` too.
    @inline(__always) func candidate(for address: Address) -> Ref<Page> {
        let slice = (address.bits &>> Self.sliceBits) & (Self.rootLength &* Self.leafLength &- 1)
        let entry = unsafe leaf(of: slice)[unchecked: slice & (Self.leafLength &- 1)].load(ordering: .acquiring)
        return unsafe Ref(at: base + entry)
    }

    /// True of what `candidate` gives for an address that is not ours.
    @inline(__always) func isNobody(_ page: Ref<Page>) -> Bool { page.address == base }

    /// The page that covers `address`, or nil: not ours. Any thread, at any time.
    func page(covering address: Address) -> Ref<Page>? {
        guard address.bits >> Self.addressBits == 0 else { return nil }
        let page = candidate(for: address)
        return isNobody(page) ? nil : page
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
                byteCount: Self.leafByteCount, alignment: Unit.osPage, guards: guards)
            guard let leaf else { return false }
            unsafe root[unchecked: index].store(leaf.offset(from: base), ordering: .releasing)
        }
        return true
    }

    /// Sets the entries of a prepared range; nil clears them. The range's slices must be the caller's own.
    mutating func set(_ start: Address, byteCount: UInt, to page: Ref<Page>?) {
        var slice = start.bits >> Self.sliceBits
        let end = (start.bits + byteCount + Unit.slice - 1) >> Self.sliceBits
        let entry = page?.address.offset(from: base) ?? 0
        while slice < end {
            unsafe leaf(of: slice)[unchecked: slice & (Self.leafLength - 1)].store(entry, ordering: .releasing)
            slice += 1
        }
    }
}
