// The chain of frame pointers: right through code that keeps them, ours for one; never a fault through any other.

import CBulwark

/// A range of addresses: the bounds of an image, mostly our own.
struct ImageBounds {
    let start: Address
    let end: Address

    /// The image that this code is linked into; in a program with bulwark.o, our code there.
    static var own: ImageBounds {
        ImageBounds(start: Address(bw_image_start()), end: Address(bw_image_end()))
    }
    /// The same image; in a program with bulwark.o, the program.
    static var ownData: ImageBounds {
        ImageBounds(start: Address(bw_data_start()), end: Address(bw_data_end()))
    }
    /// No address at all.
    static var none: ImageBounds { ImageBounds(start: Address(0), end: Address(0)) }

    func contains(_ address: Address) -> Bool {
        address.offset(from: start) < end.offset(from: start)
    }
}

/// Walks the chain of frame pointers of the calling thread's own stack.
///
/// A frame holds its caller's frame pointer and, 8 bytes on, the return address. Frames lie ever higher, at multiples
/// of 8; a link that says otherwise ends the walk, as does one into memory that cannot be read.
struct FramePointers {
    /// No frame is larger than that: what seems to be is no frame.
    static var largestFrame: UInt { 8 << 20 }

    /// The return address found last, and the registers behind that call.
    private(set) var registers: bw_registers

    /// - Parameter frame: the frame of a function on the calling thread's stack (`bw_frame_address`).
    init(frame: Address) { registers = bw_registers(instruction: 0, stack: 0, frame: frame.bits) }

    /// - Parameter registers: of a place on the calling thread's stack, or another one's that stands still.
    init(registers: bw_registers) { self.registers = registers }

    var instruction: Address { Address(registers.instruction) }

    /// Goes to the caller.
    /// - Returns: false if there is none, or the chain is broken.
    mutating func step<Reader: MemoryReader>(_ reader: inout Reader) -> Bool {
        let frame = Address(registers.frame)
        guard isPlausible(frame), let next = reader.word(at: frame), let instruction = reader.word(at: frame + 8)
        else {
            return false
        }
        // The lowest OS page is never code, nor is the kernel's half.
        guard instruction >= Unit.osPage, instruction >> 47 == 0 else { return false }
        // What a function without a frame pointer kept in that register comes out as it was: libunwind may know better.
        registers = bw_registers(instruction: instruction, stack: (frame + 16).bits, frame: next)
        return true
    }

    /// True if a frame lies above the one before, and not too far.
    private func isPlausible(_ frame: Address) -> Bool {
        guard frame.isAligned(to: 8) else { return false }
        guard registers.stack != 0 else { return true }
        return frame.offset(from: Address(registers.stack)) < Self.largestFrame
    }

    /// Goes up until the caller lies outside an image: to whoever called the library.
    mutating func leave<Reader: MemoryReader>(_ image: ImageBounds, _ reader: inout Reader) -> Bool {
        repeat { guard step(&reader) else { return false } } while image.contains(instruction)
        return true
    }
}
