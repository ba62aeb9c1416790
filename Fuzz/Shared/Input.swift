// An input, read from front to back. What is not there reads as 0, so that every string of bytes is an input, and cutting
// one short leaves the operations before the cut as they were.

/// The bytes of an input.
///
/// A number below n is one byte (or two, little-endian, if n > 256) modulo n: a changed byte changes one decision. How
/// operations are made of them says each harness; sizes are made alike everywhere (`size`).
@safe struct Input {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = bytes }

    var isAtEnd: Bool { unsafe position >= bytes.count }

    mutating func byte() -> UInt8 {
        guard !isAtEnd else { return 0 }
        defer { position += 1 }
        return unsafe bytes[position]
    }
    mutating func word16() -> UInt { UInt(byte()) | UInt(byte()) << 8 }
    mutating func word32() -> UInt { word16() | word16() << 16 }

    /// - Parameter bound: 1 … 65536.
    mutating func below(_ bound: Int) -> Int {
        bound <= 1 ? 0 : Int(bound <= 256 ? UInt(byte()) : word16()) % bound
    }

    /// The rest of the input.
    mutating func rest() -> [UInt8] {
        defer { position = unsafe bytes.count }
        return unsafe Array(bytes[min(position, bytes.count)...])
    }

    /// A request's size. The first byte chooses: 0…191 is the size itself; then a number of 16 bits; a class's largest request and
    /// its neighbours; multiples of an OS page and theirs; up to 4 MiB; up to 40 MiB; what nobody can have.
    mutating func size() -> UInt {
        let first = byte()
        switch first {
        case 0..<192: return UInt(first)
        case 192..<208: return word16()
        case 208..<232:
            let sizeClass = SizeClass(index: UInt8(below(SizeClass.count)))
            return near(sizeClass.blockByteCount - Canary.byteCount)
        case 232..<244: return near(UInt(1 + below(96)) * Unit.osPage)
        case 244..<251: return word32() % (4 << 20)
        case 251..<254: return (4 << 20) + word32() % (36 << 20)
        default: return UInt.max - word32() * (first == 254 ? 1 : 1 << 31)
        }
    }

    private mutating func near(_ byteCount: UInt) -> UInt { byteCount &+ UInt(below(5)) &- 2 }

    /// A power of two: 1 … 8 MiB.
    mutating func alignment() -> UInt { 1 << UInt(below(24)) }
}
