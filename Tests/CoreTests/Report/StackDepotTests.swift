// The depot of backtraces: each comes back as it was, and has one number.

import Synchronization
import Testing

@Suite struct StackDepotTests {
    /// A depot of the test's own. (Its memory stays.)
    private func make() throws -> Ref<StackDepot> {
        let memory = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        let depot: Ref<StackDepot> = unsafe Ref(at: memory)
        verify(depot.pointee.open())
        return depot
    }

    private func trace(_ addresses: [UInt]) -> Backtrace {
        var trace = Backtrace()
        for address in addresses { trace.append(Address(address)) }
        return trace
    }

    private func addresses(_ trace: Backtrace) -> [UInt] { (0..<trace.count).map { trace[$0].bits } }

    @Test func fitsItsStorage() { verify(MemoryLayout<StackDepot>.size <= 64) }

    @Test func closedDepot() throws {
        let memory = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        let depot: Ref<StackDepot> = unsafe Ref(at: memory)
        verify(!depot.pointee.isOpen && depot.pointee.number(of: trace([1, 2])) == 0)
        verify(depot.pointee.backtrace(5).count == 0)
        VirtualMemory.unmap(memory, byteCount: Unit.osPage)
    }

    @Test func eachOnce() throws {
        let depot = try make()
        var random = TestRandom(stream: 210)
        var known: [UInt32: [UInt]] = [:]
        var all: [[UInt]] = []
        for _ in 0..<2_000 {
            let base = UInt.random(in: 1 << 40..<1 << 46, using: &random)
            let stack = (0..<1 + random.below(32)).map { _ in base + UInt.random(in: 0..<1 << 18, using: &random) }
            let number = depot.pointee.number(of: trace(stack))
            verify(number != 0 && known[number] == nil)
            known[number] = stack
            all.append(stack)
        }
        let byteCount = depot.pointee.byteCount
        for stack in all {
            let number = depot.pointee.number(of: trace(stack))
            verify(known[number] == stack)
            verify(addresses(depot.pointee.backtrace(number).backtrace) == stack)
        }
        verify(depot.pointee.byteCount == byteCount, "known ones took room")
        verify(depot.pointee.number(of: Backtrace()) == 0 && depot.pointee.backtrace(0).count == 0)
        verify(depot.pointee.backtrace(.max).count == 0)
    }

    /// Ten threads with the same backtraces: each number gives its own.
    @Test func manyThreads() throws {
        let depot = try make()
        let bits = depot.address.bits
        let wrong = TestAllocator.zeroed(Count.self)
        let wrongBits = wrong.address.bits
        runThreads(10) { _ in
            let depot = unsafe Ref<StackDepot>(at: Address(bits))
            let wrong = unsafe Ref<Count>(at: Address(wrongBits))
            for index in 0..<500 {
                var trace = Backtrace()
                for frame in 0..<10 { trace.append(Address(UInt(0x1000 + index * 64 + frame))) }
                let back = depot.pointee.backtrace(depot.pointee.number(of: trace)).backtrace
                let isRight = back.count == 10 && (0..<10).allSatisfy { back[$0] == trace[$0] }
                if !isRight { wrong.pointee.count.add(1, ordering: .relaxed) }
            }
        }
        let count = wrong.pointee.count.load(ordering: .relaxed)
        verify(count == 0)
    }

    private struct Count: ~Copyable { let count = Atomic<Int>(0) }
}
