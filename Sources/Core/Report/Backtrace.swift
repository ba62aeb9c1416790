// The calls that led somewhere: return addresses, innermost first. Filled by Unwinder, for reports and for samples.

/// Up to 32 return addresses, the innermost first. Valid, and empty, when zero-initialised.
///
/// A return address is the instruction behind a call: look up names with one byte less. That is right for code that a signal
/// interrupted, too: there the address is one more than the instruction's.
struct Backtrace {
    static var capacity: Int { 32 }

    private var addresses = InlineArray<32, UInt>(repeating: 0)
    private(set) var count = 0
    /// Of the addresses, in order; 0 for none. Kept up as they come: to read them all again would copy them, each time.
    private(set) var hash: UInt64 = 0

    init() {}

    /// - Parameter index: below `count`.
    subscript(index: Int) -> Address { Address(addresses[index]) }

    /// True if there is no room for another address.
    var isFull: Bool { count == Self.capacity }

    /// Adds the caller of the last function; nothing if there is no room.
    mutating func append(_ address: Address) {
        guard !isFull else { return }
        addresses[count] = address.bits
        count += 1
        // The multiplier is 2⁶⁴ / φ; the shift brings what it mixed down.
        hash = (hash ^ UInt64(address.bits)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
    }

    mutating func removeAll() { (count, hash) = (0, 0) }
}
