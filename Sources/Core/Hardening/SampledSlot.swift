// One slot of the sampled guards: where its block lies, who had it, and the bytes around it. Descriptors lie in
// metadata memory, apart from the blocks.

import CBulwark
import Synchronization

/// What is known of a slot. Valid (never used) when zero-initialised.
///
/// The thread that holds a slot in `opening` or `closing` writes the plain fields; anybody may read them, and gets
/// what was true of some moment: reports only.
struct SampledSlot: ~Copyable {
    enum State {
        /// No block was here yet.
        static var unused: UInt32 { 0 }
        /// A block is in its user's hands.
        static var live: UInt32 { 1 }
        /// Its block was freed; nobody can access it, until the slot is used again.
        static var freed: UInt32 { 2 }
        /// One thread is making a block ready, or taking one back.
        static var opening: UInt32 { 3 }
        static var closing: UInt32 { 4 }
    }

    let state = Atomic<UInt32>(0)
    /// What the bytes around the block hold. Not 0, which is what strings write one byte too far.
    private var filling: UInt8 = 0
    private(set) var history: BlockHistory
    /// The place in the table of heaps of the created heap that its block was allocated from; 0: of none.
    var maker: UInt16 = 0

    /// Where the OS pages of a block will lie.
    /// - Parameters:
    ///   - byteCount: of the block, at least 1.
    ///   - room: where the slot's room begins, and `roomByteCount`, its bytes.
    ///   - random: what `open` gets.
    static func window(of byteCount: UInt, in room: Address, _ roomByteCount: UInt, random: UInt64) -> Address {
        random & 1 == 0 ? room : room + (roomByteCount - byteCount.aligned(up: Unit.osPage))
    }

    /// The OS pages of the block that is or was here.
    var window: (start: Address, byteCount: UInt) {
        let start = history.start.aligned(down: Unit.osPage)
        return (start, (history.start + history.byteCount).aligned(up: Unit.osPage).offset(from: start))
    }

    /// Lays a block into accessible memory, zeroed, and remembers who asked for it.
    /// - Parameters:
    ///   - memory: the block's OS pages.
    ///   - random: decides the end at which the block lies, and the filling.
    ///   - stacks: room for the slot's two stacks.
    mutating func open(
        _ memory: Address, byteCount: UInt, alignment: UInt, random: UInt64, stacks: Address
    ) -> Address {
        maker = 0
        let memoryByteCount = byteCount.aligned(up: Unit.osPage)
        let room = (memoryByteCount - byteCount).aligned(down: alignment)
        let start = memory + (random & 1 == 0 ? 0 : room)
        filling = UInt8(truncatingIfNeeded: random >> 8 & 0xff | 1)
        unsafe memory.fill(byteCount: start.offset(from: memory), withByte: filling)
        unsafe start.zero(byteCount: byteCount)
        let end = start + byteCount
        unsafe end.fill(byteCount: (memory + memoryByteCount).offset(from: end), withByte: filling)
        history.start = start
        history.byteCount = byteCount
        history.allocatingThread = CurrentThread.rememberedID
        if Variant.backtraces { history.allocationStack = StackSnapshot.take(into: stacks) }
        history.freeingThread = 0
        history.deallocationStack = StackSnapshot()
        return start
    }

    /// The bytes around the block are no longer as they were: what was done to it. Nil if all is well.
    var damage: Violation? {
        let (memory, byteCount) = window
        let end = history.start + history.byteCount
        if !isFilled(end, upTo: memory + byteCount) { return .overflow }
        return isFilled(memory, upTo: history.start) ? nil : .underflow
    }

    private func isFilled(_ start: Address, upTo end: Address) -> Bool {
        let byteCount = end.offset(from: start)
        if byteCount == 0 { return true }
        // Each byte is the filling if the first is, and every other equals the one before.
        return unsafe start.pointer.load(as: UInt8.self) == filling
            && bw_equals(start.pointer, (start + 1).pointer, Int(byteCount - 1))
    }

    /// Clears a block that is being freed, and remembers who frees it.
    mutating func close(stacks: Address) {
        unsafe history.start.zero(byteCount: history.byteCount)
        history.freeingThread = CurrentThread.rememberedID
        if Variant.backtraces {
            history.deallocationStack = StackSnapshot.take(into: stacks + StackSnapshot.capacity)
        }
    }
}
