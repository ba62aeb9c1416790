// The calls that led somewhere: return addresses, innermost first. Filled by Unwinder, for reports and for samples.

/// Up to 32 return addresses, the innermost first. Valid, and empty, when zero-initialised.
///
/// A return address is the instruction behind a call: look up names with one byte less. That is right for code that a signal
/// interrupted, too: there the address is one more than the instruction's.
struct Backtrace {
    static var capacity: Int { 32 }

    private var addresses = InlineArray<32, UInt>(repeating: 0)
    private(set) var count = 0

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
    }

    mutating func removeAll() { count = 0 }
}
