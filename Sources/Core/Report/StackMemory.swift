// Reading the calling thread's own stack, millions of times: the kernel is asked once for each of its OS pages.

import CBulwark

/// Reads where memory is, and remembers for the thread which part of its stack was found readable; all else as ReadablePages.
///
/// Of the stack that the thread runs on nothing is unmapped while it runs there. When it changes to another one (a
/// coroutine's, a signal's), what was remembered is forgotten.
struct StackMemory: MemoryReader {
    private var start: UInt
    private var end: UInt
    private var others = ReadablePages()

    /// - Parameter stack: an address on the stack that the thread runs on.
    init(stack: Address) {
        (start, end) = (bw_thread_stack_start(), bw_thread_stack_end())
        let page = stack.bits.aligned(down: Unit.osPage)
        if stack.bits >= start, stack.bits < end { return }
        if stack.bits < start, start - stack.bits <= Self.largestStep {
            // Deeper than before: between here and there nothing is missing.
            start = page
        } else {
            (start, end) = (page, page + Unit.osPage)
        }
    }

    /// How much deeper a stack may be, in bytes, and still be taken for the same one.
    private static var largestStep: UInt { 64 << 10 }

    static var load: bw_load {
        { memory, address, word in unsafe StackMemory.load(from: memory, address, into: word) }
    }

    mutating func word(at address: Address) -> UInt? {
        if address.bits < start || address.bits >= end {
            guard address.bits >= end, address.bits - end < Unit.osPage else { return others.word(at: address) }
            guard bw_os_is_readable(end) else { return nil }
            end += Unit.osPage
        }
        return unsafe UInt(address.loadWord())
    }

    /// The thread remembers what this walk found.
    func remember() {
        if start != bw_thread_stack_start() || end != bw_thread_stack_end() { bw_thread_set_stack(start, end) }
    }
}
