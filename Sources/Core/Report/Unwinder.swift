// Where a call came from. Any thread, at any time: nothing here allocates, or waits for a lock that anyone else may hold
// for long.

import CBulwark

enum Unwinder {
    /// Collects the callers of our library, innermost first: for what is kept of each block.
    ///
    /// Never allocates, never takes the loader's lock; through frame pointers unless libunwind is open already.
    /// - Parameters:
    ///   - backtrace: is replaced; empty if nothing can be said.
    ///   - image: whose frames are left out at the beginning.
    @inline(never) static func capture(into backtrace: inout Backtrace, leaving image: ImageBounds = .own) {
        backtrace.removeAll()
        let choice = Options.process.pointee.unwinder
        guard choice != .off else { return }
        let frame = Address(bw_frame_address())
        var reader = StackMemory(stack: frame)
        defer { reader.remember() }
        var frames = FramePointers(frame: frame)
        guard frames.leave(image, &reader) else { return }
        let depth = Int(Options.process.pointee[.backtraceDepth])
        if choice.usesLibunwind, bw_unwinder_state() == BW_UNWINDER_OPEN {
            UnwindRules.shared.pointee.walk(frames.registers, &reader, into: &backtrace, depth: depth)
        } else {
            follow(&frames, &reader, into: &backtrace, depth: depth)
        }
    }

    /// Walks by libunwind, which must be open.
    static func walk<Reader: MemoryReader>(
        _ start: bw_registers, _ reader: inout Reader, into backtrace: inout Backtrace, depth: Int
    ) {
        var start = start
        var walk = Walk(backtrace: backtrace, depth: depth)
        let load = unsafe Reader.load
        unsafe withUnsafeMutablePointer(to: &reader) { memory in
            unsafe withUnsafeMutablePointer(to: &walk) { context in
                unsafe bw_unwind(&start, load, memory, Walk.visit, context)
            }
        }
        backtrace = walk.backtrace
    }

    /// Follows frame pointers. A function without them leads astray, mostly out of all code: there the walk ends, where
    /// libc can tell.
    static func follow<Reader: MemoryReader>(
        _ frames: inout FramePointers, _ reader: inout Reader, into backtrace: inout Backtrace, depth: Int
    ) {
        var module = bw_module()
        repeat {
            if backtrace.count > 0, bw_can_find_modules() {
                guard unsafe bw_find_module(frames.instruction.bits, &module) else { return }
            }
            backtrace.append(frames.instruction)
        } while backtrace.count < depth && !backtrace.isFull && frames.step(&reader)
    }
}

/// What bw_unwind is told to do with each frame.
private struct Walk {
    var backtrace: Backtrace
    let depth: Int

    /// Takes a frame into the walk that `context` points to.
    static let visit: @convention(c) (UnsafeMutableRawPointer, UInt) -> Bool = { context, instruction in
        let walk = unsafe context.assumingMemoryBound(to: Walk.self)
        unsafe walk.pointee.backtrace.append(Address(instruction))
        // An overwritten return address is worth showing, but nothing can be behind it.
        guard instruction >= Unit.osPage, instruction >> 47 == 0 else { return false }
        return unsafe walk.pointee.backtrace.count < walk.pointee.depth && !walk.pointee.backtrace.isFull
    }
}
