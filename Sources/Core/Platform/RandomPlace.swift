// Where in the address space a mapping goes, chosen by us: the kernel puts mappings next to each other, so that one leaked
// address tells them all.

import CBulwark

enum RandomPlace {
    /// An address that is a multiple of 64 KiB, for mmap's hint: 30 random bits, drawn from the kernel each time.
    ///
    /// Between 16 and 112 TiB: above what programs with address tricks of their own (compressed pointers, fixed heaps)
    /// ask for, below where the kernel puts libraries and stacks. A hint that is taken costs nothing but its randomness:
    /// the kernel then chooses.
    static func draw() -> Address { draw(from: Address(16 << 40), byteCount: 96 << 40) }

    /// The same within `homeByteCount` bytes: for what the page map is to know, whose leaves, one a GiB, stay.
    static func draw(at home: Address) -> Address { draw(from: home, byteCount: homeByteCount) }

    /// 24 random bits tell places in one home apart; 1024 leaves are all that they can need.
    static var homeByteCount: UInt { 1 << 40 }

    private static func draw(from start: Address, byteCount: UInt) -> Address {
        var random = RandomGenerator()
        random.seed(salt: UInt(truncatingIfNeeded: bw_os_cycles()))
        // 2⁶⁴ is many times the span: no bias to speak of.
        return start + (UInt(random.next()) % byteCount).aligned(down: 1 << 16)
    }
}
