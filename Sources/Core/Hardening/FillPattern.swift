// What memory is filled with that the program has not written yet, or has freed (flag fillPatterns). As a number one that
// nobody would think of; eight of them are no address that a program can have.

enum FillPattern {
    /// Fresh memory.
    static var fresh: UInt8 { 0xCA }
    /// Freed memory.
    static var freed: UInt8 { 0xDF }

    static func word(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
