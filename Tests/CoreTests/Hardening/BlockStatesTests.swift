// State bits against a model: for each block one of the four states of BlockStates' (1) to (4).

import Testing

@Suite struct BlockStatesTests {
    private enum State { case free, live, waiting }

    private func make() throws -> BlockStates {
        let memory = try require(VirtualMemory.map(byteCount: 4096, writable: true))
        return unsafe BlockStates(at: memory)
    }

    @Test func protocolOfOneBlock() throws {
        let states = try make()
        for number: UInt32 in [1, 2, 63, 64, 65, 127, 128, 2047, BlockStates.largestNumber] {
            verify(states.isFree(number) && !states.isLive(number))
            verify(states.markLive(number))
            verify(states.isLive(number) && !states.isFree(number))
            verify(states.claimByOwner(number))
            verify(!states.isLive(number) && states.isFree(number))
            verify(states.markLive(number) && states.claimRemotely(number))
            verify(!states.isLive(number) && !states.isFree(number))
            verify(states.settle(number))
            verify(states.isFree(number))
        }
    }

    @Test func illegalTransitions() throws {
        let states = try make()
        // Of a free block: no free, no settling.
        verify(!states.claimByOwner(5) && !states.claimRemotely(5) && !states.settle(5))
        verify(states.isFree(5))
        // Of a live block: not handed out again.
        verify(states.markLive(5) && !states.markLive(5))
        verify(states.isLive(5))
        // Of a block that waits: freed by nobody again, not handed out.
        verify(states.claimRemotely(5))
        verify(!states.claimRemotely(5) && !states.claimByOwner(5) && !states.markLive(5))
        verify(!states.isLive(5) && !states.isFree(5))
        verify(states.settle(5) && !states.settle(5))
        verify(states.isFree(5))
    }

    /// Owner and another thread both freed the block: (4) is found, and cleared, at `settle`; until then the block
    /// is not handed out.
    @Test func doubleFreeAtTheSameInstant() throws {
        let memory = try require(VirtualMemory.map(byteCount: 4096, writable: true))
        let states = unsafe BlockStates(at: memory)
        verify(states.markLive(9))
        // The other thread read `live` before the owner cleared it, and now sets its bit.
        verify(states.claimByOwner(9))
        unsafe (memory + 8).storeWord(1 << 9)
        verify(!states.isFree(9) && !states.isLive(9))
        verify(!states.markLive(9))
        verify(!states.settle(9))
        verify(states.isFree(9) && states.markLive(9))
    }

    @Test func numberZeroIsNeverLive() throws {
        let states = try make()
        for number: UInt32 in 1...200 { verify(states.markLive(number)) }
        verify(!states.isLive(0) && !states.claimByOwner(0) && !states.claimRemotely(0) && !states.settle(0))
    }

    @Test func clearing() throws {
        let states = try make()
        for number: UInt32 in 1...BlockStates.largestNumber { verify(states.markLive(number)) }
        for number: UInt32 in 1...BlockStates.largestNumber where number % 3 == 0 {
            verify(states.claimRemotely(number))
        }
        for count: UInt32 in [1, 63, 64, 1000, BlockStates.largestNumber] {
            states.clear(count: count)
            for number in 0...count { verify(states.isFree(number), "\(number) of \(count)") }
        }
    }

    @Test func fitsItsRoom() {
        verify(UInt(BlockStates.largestNumber) < BlockStates.byteCountPerSlice * 8 / 4)
        verify(MemoryLayout<BlockStates>.size == MemoryLayout<NoBlockStates>.size)
    }

    /// The owner's two second thoughts.
    @Test func undoing() throws {
        let states = try make()
        for number: UInt32 in [1, 63, 64, BlockStates.largestNumber] {
            verify(states.markLive(number))
            states.revoke(number)
            verify(states.isFree(number) && states.markLive(number) && states.claimByOwner(number))
            states.revive(number)
            verify(states.isLive(number) && states.claimByOwner(number))
        }
    }

    /// Availability against a model: sets of numbers, chunk by chunk, whatever the other bits are.
    @Test func availability() throws {
        let states = try make()
        var random = TestRandom(stream: 12)
        let count: UInt32 = 300
        var (available, untouched): (Set<UInt32>, Set<UInt32>) = ([], [])
        for (first, last): (UInt32, UInt32) in [(1, 63), (64, 127), (128, 191), (192, 200), (201, 255), (256, 300)] {
            states.makeAvailable(untouched: first, through: last)
            available.formUnion(first...last)
            untouched.formUnion(first...last)
        }
        for step in 0..<Seed.repetitions(3_000) {
            let number = 1 + UInt32(random.below(UInt(count)))
            if available.contains(number), random.isOne(in: 2) {
                states.take(1 << UInt64(number % 64), ofChunk: number / 64)
                available.remove(number)
                untouched.remove(number)
            } else {
                states.makeAvailable(number)
                available.insert(number)
                if random.isOne(in: 3) {
                    states.noteUntouched(number)
                    untouched.insert(number)
                }
            }
            _ = states.markLive(number)
            guard step % 100 == 0 else { continue }
            for number in 1...count {
                let sets = states.available(inChunk: number / 64)
                verify(states.isAvailable(number) == available.contains(number))
                verify(
                    (sets.touched >> UInt64(number % 64) & 1 != 0)
                        == (available.contains(number) && !untouched.contains(number)))
                verify((sets.untouched >> UInt64(number % 64) & 1 != 0) == untouched.contains(number))
            }
            let counts = states.availableCount(upTo: count)
            verify(counts.all == UInt32(available.count) && counts.untouched == UInt32(untouched.count))
        }
        states.clear(count: count)
        verify(states.availableCount(upTo: count) == (0, 0))
    }

    @Test func agreesWithAModel() throws {
        let states = try make()
        var random = TestRandom(stream: 11)
        let count: UInt32 = 130
        var model = [State](repeating: .free, count: Int(count) + 1)
        for step in 0..<Seed.repetitions(30_000) {
            let number = 1 + UInt32(random.below(UInt(count)))
            let state = model[Int(number)]
            switch random.below(4) {
            case 0:
                // Others stay away from the owner's store: the owner alone marks and claims.
                verify(states.markLive(number) == (state == .free), "step \(step)")
                if state == .free { model[Int(number)] = .live }
            case 1:
                verify(states.claimByOwner(number) == (state == .live), "step \(step)")
                if state == .live { model[Int(number)] = .free }
            case 2:
                verify(states.claimRemotely(number) == (state == .live), "step \(step)")
                if state == .live { model[Int(number)] = .waiting }
            default:
                guard state != .live else { continue }  // settled are only blocks from threadFree
                verify(states.settle(number) == (state == .waiting), "step \(step)")
                model[Int(number)] = .free
            }
            if step % 1000 == 0 {
                for number in 1...count {
                    verify(states.isLive(number) == (model[Int(number)] == .live))
                    verify(states.isFree(number) == (model[Int(number)] == .free))
                }
            }
        }
    }

    /// Of many threads that free the same blocks, exactly one succeeds for each.
    @Test func oneRemoteFreeSucceeds() throws {
        let memory = try require(VirtualMemory.map(byteCount: 4096, writable: true))
        let states = unsafe BlockStates(at: memory)
        for number: UInt32 in 1...1000 { verify(states.markLive(number)) }
        let counts = TestAllocator.zeroed(Tally.self)
        let (bits, countBits) = (memory.bits, counts.address.bits)
        runThreads(4) { _ in
            let states = unsafe BlockStates(at: Address(bits))
            let counts = unsafe Ref<Tally>(at: Address(countBits))
            for number: UInt32 in 1...1000 where states.claimRemotely(number) { counts.pointee.add() }
        }
        verify(counts.pointee.total == 1000)
        for number: UInt32 in 1...1000 { verify(states.settle(number)) }
    }

    @Test func withoutBits() {
        guard let memory = VirtualMemory.map(byteCount: 4096, writable: true) else { return }
        let states = unsafe NoBlockStates(at: memory)
        verify(states.isLive(1) && states.isFree(1) && states.markLive(1) && states.claimByOwner(1))
        verify(states.claimRemotely(1) && states.settle(1))
        verify(NoBlockStates.byteCountPerSlice == 0)
    }
}
