// The free blocks of a class that a thread has at hand (flags randomizedFreeLists, quarantine). In metadata, out of reach
// of what is written to blocks. Only the heap's thread uses it.

/// A free block: its page's descriptor and its number, in one word.
struct MagazineEntry {
    let bits: UInt64

    /// - Parameter isUntouched: its memory was not handed out since the kernel gave it.
    @inline(__always) init(_ page: Ref<Page>, _ number: UInt32, isUntouched: Bool = false) {
        // Safe: addresses in user space have 47 bits, numbers 12.
        bits = UInt64(page.address.bits) | UInt64(number) &<< 48 | (isUntouched ? 1 &<< 63 : 0)
    }
    @inline(__always) init(bits: UInt64) { self.bits = bits }

    @inline(__always) var page: Ref<Page> { unsafe Ref(at: Address(UInt((bits &<< 16) &>> 16))) }
    @inline(__always) var number: UInt32 { UInt32(truncatingIfNeeded: bits &>> 48) & 0x7FFF }
    var isUntouched: Bool { bits &>> 63 != 0 }
}

/// What malloc takes from and free gives to. Valid (empty) when zero-initialised.
///
/// (1) count ≤ capacity; entries 0 ..< count are blocks of the class in pages of the heap, each once, none of them live
/// (2) malloc takes an entry only while count > floor, and never the last one, which was freed last
/// (3) outstanding: the blocks that are in users' hands or in here; at least about
struct Magazine: ~Copyable {
    private(set) var count: UInt32 = 0
    /// How many entries stay: with n to choose from each is chosen with probability 1/n.
    var floor: UInt32 = 0
    var outstanding: UInt32 = 0
    /// Where the next choice is made, if not at random.
    private var cursor: UInt32 = 0

    static var capacity: UInt32 { 64 }
    /// Once 64 blocks of a class exist, any one of the next allocations gets a certain freed one with probability
    /// 1/32 at most: 8 of a byte's 256 values.
    static var highestFloor: UInt32 { 32 }
    /// The room for one, in bytes, its entries included, which follow it.
    static var stride: UInt { 64 + UInt(capacity) * 8 }

    var isFull: Bool { @inline(__always) get { count == Self.capacity } }
    /// There are entries to choose from.
    var offers: Bool { @inline(__always) get { count > floor } }

    /// The place that a random byte chooses; 0 if there is one entry only. There must be one.
    @inline(__always) func choice(_ byte: UInt8) -> UInt32 {
        if Variant.randomizedFreeLists { return (UInt32(byte) &* (count &- 1)) &>> 8 }
        return cursor &+ 1 < count ? cursor : 0
    }

    @inline(__always) fileprivate mutating func shorten(_ place: UInt32) {
        count &-= 1
        if !Variant.randomizedFreeLists { cursor = place &+ 1 }
    }
    @inline(__always) fileprivate mutating func lengthen() { count &+= 1 }
}

extension Ref where Target == Magazine {
    @inline(__always) private var entries: Table<UInt64> { unsafe Table(at: address + 16) }

    /// The entry at a place below `count`.
    @inline(__always) subscript(place: UInt32) -> MagazineEntry {
        MagazineEntry(bits: unsafe entries[unchecked: UInt(place)])
    }

    /// Takes the entry at `place`, which the last one fills.
    @inline(__always) func remove(_ place: UInt32) {
        pointee.shorten(place)
        unsafe entries[unchecked: UInt(place)] = entries[unchecked: UInt(pointee.count)]
    }

    /// Puts the entry that was at `place`, in front of some that came since, last again: it was freed last.
    func moveToEnd(_ place: UInt32) {
        let last = UInt(pointee.count &- 1)
        let entry = unsafe entries[unchecked: UInt(place)]
        unsafe entries[unchecked: UInt(place)] = entries[unchecked: last]
        unsafe entries[unchecked: last] = entry
    }

    /// Adds an entry; there must be room.
    @inline(__always) func append(_ entry: MagazineEntry) {
        unsafe entries[unchecked: UInt(pointee.count)] = entry.bits
        pointee.lengthen()
    }
}
