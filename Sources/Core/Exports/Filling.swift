// What a program was given and has not written yet gets a pattern (flag fillPatterns), so that reading it shows: as a number that
// nobody would think of, as a pointer one that faults.

import CBulwark

enum Filling {
    /// Fills fresh bytes of a block, as many as the option fill_bytes says.
    /// - Parameters:
    ///   - block: 0, if there is none.
    ///   - start: what the program has written already, and keeps.
    ///   - byteCount: the requested size.
    static func fill(_ block: UInt, from start: UInt = 0, upTo byteCount: UInt) {
        guard Variant.fillPatterns, block != 0, byteCount > start else { return }
        let count = Swift.min(byteCount - start, Options.process.pointee[.fillBytes])
        unsafe (Address(block) + start).fill(byteCount: count, withByte: FillPattern.fresh)
    }
}
