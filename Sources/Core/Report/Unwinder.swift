// Where a call came from. Any thread, at any time: nothing here allocates or waits for a lock of anybody's.

import CBulwark

enum Unwinder {
    /// Collects the callers of our library, innermost first: for samples.
    ///
    /// Never allocates, never takes the loader's lock; through frame pointers unless libunwind is open already.
    /// - Parameters:
    ///   - backtrace: is replaced; empty if nothing can be said.
    ///   - image: whose frames are left out at the beginning.
    @inline(never) static func capture(into backtrace: inout Backtrace, leaving image: ImageBounds = .own) {
        backtrace.removeAll()
        var frames = FramePointers(frame: Address(bw_frame_address()))
        guard frames.leave(image) else { return }
        repeat { backtrace.append(frames.context.instruction) } while !backtrace.isFull && frames.step()
    }
}
