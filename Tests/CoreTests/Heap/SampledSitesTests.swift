// What is remembered of backtraces: answers by hash, and their replacement.

import Testing

@Suite struct SampledSitesTests {
    private func backtrace(_ addresses: [UInt]) -> Backtrace {
        var backtrace = Backtrace()
        for address in addresses { backtrace.append(Address(address)) }
        return backtrace
    }

    @Test func answersAreRemembered() {
        let sites = TestAllocator.zeroed(SampledSites.self)
        var random = TestRandom(stream: 210)
        var last: [UInt64: (hash: UInt64, answer: Bool)] = [:]
        for _ in 0..<5000 {
            let hash = random.next()
            let answer = random.isOne(in: 2)
            sites.pointee.note(hash, answer)
            last[hash >> 55] = (hash, answer)
        }
        for (hash, answer) in last.values { verify(sites.pointee.answer(hash) == answer) }
        // One that came to no place, and one that was replaced, are unknown.
        verify(last.values.allSatisfy { sites.pointee.answer($0.hash ^ 2) == nil })
    }

    /// Every address and its place count.
    @Test func hashesDiffer() {
        let traces: [[UInt]] = [
            [], [1], [2], [1, 2], [2, 1], [1, 2, 3], [1, 2, 4], [0x5555_0000_1000, 0x7fff_0000_2000],
            [0x5555_0000_1000, 0x7fff_0000_2001], [0x7fff_0000_2000, 0x5555_0000_1000],
        ]
        let hashes = traces.map { backtrace($0).hash }
        verify(Set(hashes.map { $0 | 1 }).count == traces.count)
    }
}
