// Compressed backtraces: what fits comes back exactly, whatever the addresses; damage never does more than lie.

import Testing

@Suite struct CompressedBacktraceTests {
    private func trace(_ addresses: [UInt]) -> Backtrace {
        var trace = Backtrace()
        for address in addresses { trace.append(Address(address)) }
        return trace
    }

    private func addresses(_ trace: Backtrace) -> [UInt] { (0..<trace.count).map { trace[$0].bits } }

    @Test func sizeIsAsDocumented() { verify(MemoryLayout<CompressedBacktrace>.size == 120) }

    @Test func empty() {
        verify(CompressedBacktrace().backtrace.count == 0)
        verify(CompressedBacktrace(Backtrace()).count == 0)
    }

    /// Any addresses of the user's half: 17 frames always fit.
    @Test func seventeenOfAnyFit() {
        var random = TestRandom(stream: 61)
        for _ in 0..<1000 {
            let all = (0..<32).map { _ in UInt.random(in: 0..<1 << 47, using: &random) }
            let compressed = CompressedBacktrace(trace(all))
            verify(compressed.count >= 17)
            verify(addresses(compressed.backtrace) == Array(all.prefix(compressed.count)))
        }
    }

    /// What programs look like: calls within a few libraries. All 32 fit.
    @Test func neighboursAllFit() {
        var random = TestRandom(stream: 61)
        for _ in 0..<1000 {
            let base = UInt.random(in: 1 << 46..<1 << 47, using: &random)
            let all = (0..<32).map { _ in base + UInt.random(in: 0..<1 << 19, using: &random) }
            verify(addresses(CompressedBacktrace(trace(all)).backtrace) == all)
        }
    }

    @Test(arguments: [[0], [UInt.max], [UInt.max, 0, UInt.max], [1 << 63, 0, 1 << 63, 1], [5, 5, 5]])
    func extremes(_ all: [UInt]) { verify(addresses(CompressedBacktrace(trace(all)).backtrace) == all) }

    /// Overwritten memory decodes to something of at most the capacity.
    @Test func damageIsHarmless() {
        var random = TestRandom(stream: 61)
        for _ in 0..<1000 {
            var damaged = CompressedBacktrace()
            unsafe withUnsafeMutableBytes(of: &damaged) { bytes in
                for index in bytes.indices { unsafe bytes[index] = UInt8.random(in: 0...255, using: &random) }
            }
            verify(damaged.backtrace.count <= Backtrace.capacity)
        }
    }
}
