// A backtrace in a small fixed space, for what is kept by the thousand: samples, and the debug variant's blocks.

/// Return addresses in 120 bytes: each is stored as its distance from the one before, in as many bytes as that takes.
///
/// A distance, its sign moved to the lowest bit, is cut into groups of 7 bits, lowest first; a byte's highest bit says
/// that another follows (DWARF's ULEB128). Addresses below 2⁴⁷ take 7 bytes at most, so 17 frames always fit; calls
/// within one library take 2 to 4, so that mostly all 32 do. Valid, and empty, when zero-initialised.
struct CompressedBacktrace {
    /// Bytes of addresses; one more tells their number.
    static var byteCapacity: Int { 119 }

    private var frameCount: UInt8 = 0
    private var bytes = InlineArray<119, UInt8>(repeating: 0)

    init() {}

    /// Takes as many of the innermost frames as fit.
    init(_ backtrace: borrowing Backtrace) {
        var used = 0
        var previous: UInt = 0
        for index in 0..<backtrace.count {
            let address = backtrace[index].bits
            // Wrapping: any two addresses have a distance modulo 2⁶⁴.
            let distance = Int(bitPattern: address &- previous)
            var rest = UInt(bitPattern: distance << 1 ^ distance >> 63)
            var end = used
            while true {
                guard end < Self.byteCapacity else { return }
                let hasMore = rest > 0x7f
                bytes[end] = UInt8(truncatingIfNeeded: rest & 0x7f) | (hasMore ? 0x80 : 0)
                end += 1
                if !hasMore { break }
                rest >>= 7
            }
            used = end
            previous = address
            frameCount += 1
        }
    }

    /// What `copyBytes` wrote elsewhere.
    @unsafe init(bytesAt source: Address, byteCount: Int, frameCount: Int) {
        for index in 0..<Swift.min(byteCount, Self.byteCapacity) {
            bytes[index] = unsafe (source + UInt(index)).loadByte()
        }
        self.frameCount = UInt8(truncatingIfNeeded: frameCount)
    }

    /// The number of frames stored.
    var count: Int { Int(frameCount) }

    /// The bytes that they take.
    var byteCount: Int {
        var frames = 0
        var index = 0
        while frames < count, index < Self.byteCapacity {
            if bytes[index] & 0x80 == 0 { frames += 1 }
            index += 1
        }
        return index
    }

    /// Writes those bytes.
    func copyBytes(to target: Address) {
        for index in 0..<byteCount { unsafe (target + UInt(index)).storeByte(bytes[index]) }
    }

    /// The frames stored. Memory that was overwritten gives a wrong backtrace, but never more than its capacity.
    var backtrace: Backtrace {
        var result = Backtrace()
        var next = 0
        var address: UInt = 0
        for _ in 0..<count {
            var zigzag: UInt = 0
            var shift: UInt = 0
            while true {
                guard next < Self.byteCapacity else { return result }
                let byte = bytes[next]
                next += 1
                if shift < 64 { zigzag |= UInt(byte & 0x7f) << shift }
                if byte & 0x80 == 0 { break }
                shift += 7
            }
            address = address &+ (zigzag >> 1 ^ (0 &- (zigzag & 1)))
            result.append(Address(address))
        }
        return result
    }
}
