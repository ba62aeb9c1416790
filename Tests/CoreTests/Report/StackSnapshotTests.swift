// Stacks that were copied say later who called then, whatever became of the stack.

import CBulwark
import Testing

@Suite struct StackSnapshotTests {
    private func makeCopy() throws -> Address {
        try require(VirtualMemory.map(byteCount: StackSnapshot.capacity.aligned(up: Unit.osPage), writable: true))
    }

    private func makeMemory() throws -> CopiedMemory {
        let memory = try require(VirtualMemory.map(byteCount: UInt(BW_PAGE_COPIES_BYTES), writable: true))
        return unsafe CopiedMemory(Ref(at: memory))
    }

    /// Takes a snapshot and a backtrace by frame pointers at the same depth.
    @inline(never) private func take(_ copy: Address) -> (StackSnapshot, Backtrace) {
        let snapshot = StackSnapshot.take(into: copy, leaving: .none)
        var backtrace = Backtrace()
        Unwinder.capture(into: &backtrace, leaving: .none)
        return (snapshot, backtrace)
    }

    @inline(never) private func takeDeeper(_ copy: Address, _ depth: Int) -> (StackSnapshot, Backtrace) {
        let result = depth == 0 ? take(copy) : takeDeeper(copy, depth - 1)
        return (result.0, result.1)
    }

    /// Overwrites what the frames below were.
    @inline(never) private func overwriteStack() -> UInt {
        var words = InlineArray<2048, UInt>(repeating: 0)
        for index in 0..<2048 { words[index] = UInt(index) &* 0x0101_0101_0101_0101 }
        return words[7]
    }

    @Test func outlivesTheStack() throws {
        let (snapshot, expected) = takeDeeper(try makeCopy(), 3)
        verify(overwriteStack() != 0 && !snapshot.isEmpty)
        let found = snapshot.backtrace(try makeMemory())
        // The first return address is the snapshot's own call's, the second the backtrace's: both into `take`.
        // Frames of unoptimised code are large: few fit.
        verify(found.count >= 2 && expected.count >= found.count, "\(found.count) frames")
        for index in 1..<Swift.min(found.count, expected.count) {
            verify(found[index] == expected[index], "frame \(index)")
        }
    }

    @Test func emptySnapshotsSayNothing() throws {
        let snapshot = StackSnapshot()
        let found = snapshot.backtrace(try makeMemory())
        verify(snapshot.isEmpty && found.count == 0)
    }

    /// A copy that was overwritten gives a wrong backtrace, but no fault and no endless walk.
    @Test func rubbishIsSafe() throws {
        let copy = try makeCopy()
        let (snapshot, _) = takeDeeper(copy, 3)
        var random = TestRandom(stream: 31)
        for _ in 0..<200 {
            var at: UInt = 0
            while at < StackSnapshot.capacity {
                let place = snapshot.registers.stack &+ random.below(StackSnapshot.capacity) & ~7
                unsafe (copy + at).storeWord(random.isOne(in: 3) ? random.next() : UInt64(place))
                at += 8
            }
            let found = snapshot.backtrace(try makeMemory())
            verify(found.count <= Backtrace.capacity)
        }
    }
}
