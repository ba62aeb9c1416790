// What the kernel says of memory, without touching it: a fault inside a system call is EFAULT, not a crash.

import Glibc

enum MemoryProbe {
    /// True if the byte can be read: a pipe takes it. Linux: `write(2)`.
    static func isReadable(_ address: Address) -> Bool {
        withPipe { _, input in unsafe write(input, UnsafeRawPointer(address.pointer), 1) == 1 }
    }

    /// True if the byte can be written; it becomes 0. Linux: `read(2)`.
    static func isWritable(_ address: Address) -> Bool {
        withPipe { output, input in
            var zero: UInt8 = 0
            return unsafe write(input, &zero, 1) == 1 && read(output, address.pointer, 1) == 1
        }
    }

    private static func withPipe(_ body: (Int32, Int32) -> Bool) -> Bool {
        var ends: [Int32] = [0, 0]
        let result = unsafe pipe(&ends)
        precondition(result == 0)
        defer {
            close(ends[0])
            close(ends[1])
        }
        return body(ends[0], ends[1])
    }

    /// The OS pages of a mapped range that are resident. Linux: `mincore(2)`.
    static func residentCount(_ address: Address, byteCount: UInt) -> Int {
        let count = Int(byteCount / Unit.osPage)
        var vector = [UInt8](repeating: 0, count: count)
        let result = unsafe mincore(address.pointer, Int(byteCount), &vector)
        return result == 0 ? vector.count { $0 & 1 != 0 } : -1
    }

    /// True if the whole range, which must be readable, is zero.
    static func isZero(_ address: Address, byteCount: UInt) -> Bool {
        isFilled(address, byteCount: byteCount, with: 0)
    }

    /// True if every byte of the range, which must be readable, is `byte`.
    static func isFilled(_ address: Address, byteCount: UInt, with byte: UInt8) -> Bool {
        guard byteCount != 0 else { return true }
        let start = unsafe UnsafeRawPointer(address.pointer)
        if unsafe start.load(as: UInt8.self) != byte { return false }
        // Every byte equals its neighbour.
        return unsafe memcmp(start, start + 1, Int(byteCount) - 1) == 0
    }
}
