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

    private static var markedBit: UInt64 { 1 &<< 62 }

    @inline(__always) var page: Ref<Page> { unsafe Ref(at: Address(UInt((bits &<< 16) &>> 16))) }
    @inline(__always) var number: UInt32 { UInt32(truncatingIfNeeded: bits &>> 48) & 0x3FFF }
    /// The same for entries without further bits, as those of classes up to 2 KiB are while they are in a magazine.
    @inline(__always) var directNumber: UInt32 { UInt32(truncatingIfNeeded: bits &>> 48) }
    /// The same block, marked live meanwhile.
    @inline(__always) var afterMarking: MagazineEntry { MagazineEntry(bits: bits | Self.markedBit) }
    var isAfterMarking: Bool { bits & Self.markedBit != 0 }
    @inline(__always) var isUntouched: Bool { bits &>> 63 != 0 }
}

/// What malloc takes from; refills put more in, many at a time, from what was freed into pages. Valid (empty) when
/// zero-initialised.
///
/// (1) count ≤ capacity; entries 0 ..< count, and next, are blocks of the class in pages of the heap, each once, none of
///     them live
/// (2) an entry is chosen only while count > floor, but when there is no memory for more
/// (3) existing: the blocks of the class in the heap's pages that are not untouched; about, after other threads had a hand
///     in it
struct Magazine: ~Copyable {
    private(set) var count: UInt32 = 0
    /// How many entries stay: with n to choose from each is chosen with probability 1/n.
    var floor: UInt32 = 0
    var existing: UInt32 = 0
    /// Where the next choice is made, if not at random.
    private var cursor: UInt32 = 0
    /// What malloc hands out next, and its address; no bits: nothing is chosen. Chosen one malloc ahead, so that its
    /// memory is on its way to the cache by then.
    var next = MagazineEntry(bits: 0)
    var nextBlock = Address(0)

    /// A refill ends at `highestFloor` · 7/4 or with up to 64 more.
    static var capacity: UInt32 { 128 }
    /// Once 64 blocks of a class exist, any one of the next allocations gets a certain freed one with probability
    /// 1/32 at most: 8 of a byte's 256 values.
    static var highestFloor: UInt32 { 32 }
    /// The room for one, in bytes, its entries included, which follow it.
    static var stride: UInt { 64 + UInt(capacity) * 8 }

    /// How many entries a refill brings it to, at least.
    var target: UInt32 { floor + Swift.max(1, floor * 3 / 4) }
    /// There are entries to choose from.
    var offers: Bool { @inline(__always) get { count > floor } }
    /// Those that are chosen and those that are not.
    var total: UInt32 { count + (next.bits == 0 ? 0 : 1) }

    /// The place that a random byte chooses. There must be an entry.
    @inline(__always) func choice(_ byte: UInt8) -> UInt32 {
        if Variant.randomizedFreeLists { return (UInt32(byte) &* count) &>> 8 }
        return cursor < count ? cursor : 0
    }

    @inline(__always) fileprivate mutating func shorten(_ place: UInt32) {
        count &-= 1
        if !Variant.randomizedFreeLists { cursor = place &+ 1 }
    }
    @inline(__always) fileprivate mutating func lengthen() { count &+= 1 }
}

extension Ref where Target == Magazine {
    @inline(__always) private var entries: Table<UInt64> { unsafe Table(at: address + 32) }

    /// The entry at a place below `count`.
    @inline(__always) subscript(place: UInt32) -> MagazineEntry {
        MagazineEntry(bits: unsafe entries[unchecked: UInt(place)])
    }

    /// Chooses what malloc hands out next.
    @inline(__always) func chooseNext(_ byte: UInt8) {
        let place = pointee.choice(byte)
        let entry = self[place]
        remove(place)
        let page = entry.page
        let block = page.pointee.address(of: entry.number)
        pointee.next = entry
        pointee.nextBlock = block
        // Its first two lines and its last one: those between follow by themselves.
        unsafe block.prefetch()
        unsafe (block + 64).prefetch()
        unsafe (block + (UInt(page.pointee.blockByteCount) &- 8)).prefetch()
    }

    /// Puts the chosen one back among the others; there must be room.
    func unchoose() {
        let entry = pointee.next
        guard entry.bits != 0 else { return }
        pointee.next = MagazineEntry(bits: 0)
        append(entry)
    }

    /// Takes the entry at `place`, which the last one fills.
    @inline(__always) func remove(_ place: UInt32) {
        pointee.shorten(place)
        unsafe entries[unchecked: UInt(place)] = entries[unchecked: UInt(pointee.count)]
    }

    /// Adds an entry; there must be room.
    @inline(__always) func append(_ entry: MagazineEntry) {
        unsafe entries[unchecked: UInt(pointee.count)] = entry.bits
        pointee.lengthen()
    }
}
