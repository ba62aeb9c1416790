// The chain of frame pointers: right through code that keeps them, ours for one; never a fault through any other.

import CBulwark

/// What a caller looks like at the instruction it will return to.
struct CallerContext {
    var instruction: Address
    var stack: Address
    var frame: Address
}

/// A range of addresses: the bounds of an image, mostly our own.
struct ImageBounds {
    let start: Address
    let end: Address

    /// The image that this code is linked into.
    static var own: ImageBounds {
        ImageBounds(start: Address(bw_image_start()), end: Address(bw_image_end()))
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

    private(set) var context: CallerContext
    /// The OS page that was found readable last.
    private var readablePage = UInt.max

    /// - Parameter frame: the frame of a function on the calling thread's stack (`bw_frame_address`).
    init(frame: Address) { context = CallerContext(instruction: Address(0), stack: Address(0), frame: frame) }

    /// Goes to the caller.
    /// - Returns: false if there is none, or the chain is broken.
    mutating func step() -> Bool {
        let frame = context.frame
        guard frame.isAligned(to: 8), isReadable(frame), isReadable(frame + 8) else { return false }
        let next = unsafe Address(UInt(frame.loadWord()))
        let instruction = unsafe Address(UInt((frame + 8).loadWord()))
        // The lowest OS page is never code, nor is the kernel's half.
        guard instruction.bits >= Unit.osPage, instruction.bits >> 47 == 0 else { return false }
        let isPlausible = next.offset(from: frame) > 8 && next.offset(from: frame) < Self.largestFrame
        context = CallerContext(
            instruction: instruction, stack: frame + 16, frame: isPlausible ? next : Address(0))
        return true
    }

    /// Goes up until the caller lies outside an image: to whoever called the library.
    mutating func leave(_ image: ImageBounds) -> Bool {
        repeat { guard step() else { return false } } while image.contains(context.instruction)
        return true
    }

    /// The program's own stack does not vanish between the look and the read.
    private mutating func isReadable(_ address: Address) -> Bool {
        let page = address.bits & ~(Unit.osPage &- 1)
        if page == readablePage { return true }
        // The kernel takes 0 for no set at all.
        guard page != 0, bw_os_is_readable(address.bits) else { return false }
        readablePage = page
        return true
    }
}
