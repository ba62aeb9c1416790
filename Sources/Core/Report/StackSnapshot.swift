// The top of a stack, copied to be unwound later: a copy costs a sample some hundred nanoseconds, where walking the stack by
// libunwind would cost it 10 to 40 microseconds, and following frame pointers would mostly end at the first caller.

import CBulwark

/// Where a call came from, as the caller's stack was then. Taken by any thread, at any time: nothing here allocates or takes
/// a lock. Valid, and empty, when zero-initialised.
struct StackSnapshot {
    /// The copies' place: `capacity` bytes that the taker owns.
    private var copy = Address(0)
    private var byteCount: UInt = 0
    /// Of the call into our library: the return address, and what the stack and frame pointers are behind it.
    private(set) var registers = bw_registers(instruction: 0, stack: 0, frame: 0)

    /// Some 5 to 25 frames' worth.
    static var capacity: UInt { 2048 }

    init() {}

    /// True if nothing was taken.
    var isEmpty: Bool { registers.instruction == 0 }

    /// Takes the stack of the caller of our library.
    /// - Parameters:
    ///   - copy: `capacity` bytes of memory, at a multiple of 8.
    ///   - image: whose frames are left out at the beginning.
    @inline(never) static func take(into copy: Address, leaving image: ImageBounds = .own) -> StackSnapshot {
        var snapshot = StackSnapshot()
        guard Options.process.pointee.unwinder != .off else { return snapshot }
        var frames = FramePointers(frame: Address(bw_frame_address()))
        var reader = ReadablePages()
        guard frames.leave(image, &reader) else { return snapshot }
        snapshot.registers = frames.registers
        let start = Address(frames.registers.stack)
        let limit = start + Self.capacity
        let nextPage = start.aligned(up: Unit.osPage)
        // The stack may end before the copy would: at its bottom.
        let reachesOn = limit.bits > nextPage.bits && reader.word(at: nextPage) == nil
        let end = reachesOn ? nextPage : limit
        snapshot.copy = copy
        snapshot.byteCount = end.offset(from: start)
        unsafe copy.copy(from: start, byteCount: snapshot.byteCount)
        return snapshot
    }

    /// The word at a multiple of 8 within what was copied, by the address that it had; nil elsewhere.
    fileprivate func word(at address: Address) -> UInt? {
        let offset = address.offset(from: Address(registers.stack))
        guard offset < byteCount, byteCount - offset >= 8, byteCount <= Self.capacity else { return nil }
        return unsafe UInt((copy + offset).loadWord())
    }

    /// Who called, innermost first: by libunwind if it is open, else by frame pointers.
    /// - Parameter others: all memory but the stack.
    func backtrace(_ others: CopiedMemory) -> Backtrace {
        var backtrace = Backtrace()
        let choice = Options.process.pointee.unwinder
        guard !isEmpty, choice != .off else { return backtrace }
        var memory = SnapshotMemory(snapshot: self, others: others)
        let depth = Int(Options.process.pointee[.backtraceDepth])
        if choice.usesLibunwind, bw_unwinder_state() == BW_UNWINDER_OPEN {
            Unwinder.walk(registers, &memory, into: &backtrace, depth: depth)
        } else {
            var frames = FramePointers(registers: registers)
            Unwinder.follow(&frames, &memory, into: &backtrace, depth: depth)
        }
        return backtrace
    }
}

/// The stack as it was; all else as it is now.
private struct SnapshotMemory: MemoryReader {
    let snapshot: StackSnapshot
    let others: CopiedMemory

    static var load: bw_load {
        { memory, address, word in unsafe SnapshotMemory.load(from: memory, address, into: word) }
    }

    func word(at address: Address) -> UInt? {
        if let word = snapshot.word(at: address) { return word }
        // What lies beyond the copy has changed since: no frame of it.
        guard address.offset(from: Address(snapshot.registers.stack)) >= FramePointers.largestFrame else {
            return nil
        }
        return others.word(at: address)
    }
}
