// What the core does when the kernel refuses: each system call in turn, and random combinations. Nothing is lost, nil is
// answered only when something was refused, and once nothing is any more all goes on.

import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct RefusedCallsTests {
    /// A world under a plan: an allocator that may find it hard to start, and what was done with it.
    private struct World {
        let calls: RefusedCalls
        var shadow: ShadowHeap

        init(_ calls: RefusedCalls, sampleRate: UInt = 0) {
            // Once a process, for all allocators: not to be counted here.
            ForkMark.make()
            self.calls = calls
            let allocator = TestAllocator.zeroed(Allocator.self)
            Allocator.settings(of: allocator).pointee.options[.quarantineBytes] = 0
            Allocator.settings(of: allocator).pointee.options[.sampleRate] = sampleRate
            Self.insist(calls) { Allocator.start(allocator) ? true : nil }
            allocator.pointee.arena.purgeDelay = 2
            shadow = ShadowHeap(heapCount: 0, allocator: allocator)
            for _ in 0..<3 { shadow.heaps.append(Self.heap(allocator, calls)) }
        }

        /// Tries until there is a result; without a refusal there is one at once.
        @discardableResult static func insist<Result>(_ calls: RefusedCalls, _ body: () -> Result?) -> Result {
            for _ in 0..<1000 {
                let before = calls.failureCount
                if let result = calls.during(body) { return result }
                verify(calls.failureCount != before, "nothing was refused, yet nothing came of it")
            }
            fatalError("a thousand refusals")
        }

        static func heap(_ allocator: Ref<Allocator>, _ calls: RefusedCalls) -> Ref<Heap> {
            insist(calls) { allocator.pointee.takeHeap(allocator) }
        }

        /// One operation, in which calls may be refused.
        mutating func step(_ body: (inout ShadowHeap) -> Void) {
            let before = calls.failureCount
            let calls = calls
            shadow.wasRefused = { calls.failureCount != before }
            calls.during { body(&shadow) }
        }

        mutating func renewHeap(_ index: Int, parks: Bool) {
            step { shadow in
                let heap = shadow.heaps[index]
                let allocator = shadow.allocator
                if parks { allocator.pointee.parkHeap(heap) } else { allocator.pointee.returnHeap(heap) }
            }
            shadow.heaps[index] = Self.heap(shadow.allocator, calls)
        }

        /// Every size can be had again, everything is freed, nothing is left, and no address space is lost but what the
        /// kernel refused to take.
        mutating func end() {
            shadow.checkBlocks()
            shadow.checkInvariants()
            calls.end()
            for byteCount in RefusedCallsTests.sizes { step { $0.allocate(byteCount, in: 1) } }
            step { $0.freeAll(by: 1) }
            let world = self
            calls.during { world.shadow.endAndCheckNothingIsLeft() }
            let allocator = shadow.allocator
            var candidate = allocator.pointee.arena.segments
            while let segment = candidate {
                verify(segment.pointee.free.count == Unit.slicesInSegment, "slices are lost")
                candidate = segment.pointee.next
            }
            let known = Int64(allocator.knownByteCount)
            verify(calls.mappedByteCount == known, "\(calls.mappedByteCount) bytes are mapped, \(known) known")
        }
    }

    fileprivate static let sizes: [UInt] = [
        0, 1, 40, 500, 2000, 8000, 20_000, 100_000, 200_000, 1 << 20, 3 << 20, 9 << 20, 40 << 20,
    ]

    /// All kinds of operations once, in a fixed order.
    private func fixedStream(_ world: inout World) {
        for (index, byteCount) in Self.sizes.enumerated() {
            world.step { $0.allocate(byteCount, in: index % 3) }
            // To compare zeros takes long.
            guard byteCount <= 3 << 20 else { continue }
            world.step { shadow in
                shadow.add(shadow.heaps[1].pointee.allocateZeroed(byteCount), byteCount, isZeroed: true)
            }
        }
        for alignment: UInt in [64, 4096, 1 << 16, 1 << 20, 16 << 20] {
            for byteCount: UInt in [100, 300_000] {
                world.step { shadow in
                    let block = shadow.heaps[0].pointee.allocate(byteCount, alignment: alignment)
                    shadow.add(block, byteCount, alignment: alignment)
                }
            }
        }
        for byteCount: UInt in [100, 5000, 200_000, 2 << 20, 5 << 20, 40 << 20, 3 << 20, 700_000, 60] {
            let count = world.shadow.blocks.count
            for index in stride(from: 0, to: count, by: 7) { world.step { $0.reallocate(index, byteCount, by: 2) } }
        }
        world.shadow.checkBlocks()
        for heap in [0, 1, 2, nil] where world.shadow.blocks.count > 3 {
            for _ in 0..<world.shadow.blocks.count / 4 { world.step { $0.free($0.blocks.count / 2, by: heap) } }
        }
        world.renewHeap(0, parks: false)
        world.renewHeap(1, parks: true)
        world.step { $0.allocator.pointee.arena.purge(dueBy: .max) }
        for byteCount in Self.sizes.reversed() { world.step { $0.allocate(byteCount, in: 0) } }
        world.step { $0.freeAll(by: 2) }
    }

    /// Each system call of the stream fails in turn, until there are no more; or each three in a row.
    @Test(arguments: [1, 3]) func eachCallInTurn(count: UInt64) {
        var first: UInt64 = 1
        while true {
            let calls = RefusedCalls(first: first, count: count)
            var world = World(calls)
            fixedStream(&world)
            let callCount = calls.callCount
            world.end()
            if first > callCount { break }
            first += count
        }
        verify(first > 50, "only \(first - 1) calls")
    }

    /// The kernel refuses everything from some call on, until the stream is through.
    @Test func everythingFromACallOn() {
        for first: UInt64 in [30, 40, 60, 90, 140, 200] {
            let calls = RefusedCalls(first: first, count: 1 << 40)
            var world = World(calls)
            fixedStream(&world)
            world.end()
        }
    }

    @Test(arguments: [2, 3, 10, 40]) func randomCombinations(oneIn: UInt64) {
        for round in 0..<UInt64(Seed.repetitions(10)) {
            var random = TestRandom(stream: 900 + oneIn * 100 + round)
            let calls = RefusedCalls(oneIn: oneIn, seed: random.next())
            var world = World(calls)
            for _ in 0..<250 { randomStep(&world, &random) }
            world.end()
        }
    }

    private func randomStep(_ world: inout World, _ random: inout TestRandom) {
        let heap = Int(random.below(3))
        let byteCount = random.isOne(in: 4) ? random.below(20 << 20) : random.byteCount()
        if world.shadow.blocks.isEmpty || random.below(100) >= UInt(world.shadow.blocks.count) {
            switch random.below(8) {
            case 0:
                let alignment: UInt = 1 << random.below(22)
                world.step {
                    $0.add(
                        $0.heaps[heap].pointee.allocate(byteCount, alignment: alignment), byteCount,
                        alignment: alignment)
                }
            case 1:
                world.step {
                    $0.add($0.heaps[heap].pointee.allocateZeroed(byteCount), byteCount, isZeroed: true)
                }
            default: world.step { $0.allocate(byteCount, in: heap) }
            }
        } else {
            let index = Int(random.below(UInt(world.shadow.blocks.count)))
            if random.isOne(in: 3) {
                world.step { $0.reallocate(index, max(1, byteCount), by: heap) }
            } else {
                world.step { $0.free(index, by: heap) }
            }
        }
        if random.isOne(in: 60) { world.renewHeap(heap, parks: random.isOne(in: 2)) }
        if random.isOne(in: 40) { world.step { $0.allocator.pointee.arena.purge(dueBy: .max) } }
    }
}
