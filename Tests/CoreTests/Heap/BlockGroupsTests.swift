// Groups of blocks: each backtrace once, the largest first, and none lost where there are too many.

import Testing

@Suite struct BlockGroupsTests {
    private func withGroups(_ body: (BlockGroups) throws -> Void) throws {
        let groups = try require(BlockGroups())
        defer { groups.end() }
        try body(groups)
    }

    @Test func eachBacktraceOnce() throws {
        try withGroups { groups in
            var random = TestRandom(stream: 711)
            var expected: [UInt32: (count: UInt, byteCount: UInt)] = [:]
            for _ in 0..<20_000 {
                let (stack, byteCount) = (UInt32(random.below(3_000)), random.below(500))
                groups.add(stack: stack, isIndirect: false, byteCount: byteCount)
                let old = expected[stack] ?? (0, 0)
                expected[stack] = (old.count + 1, old.byteCount + byteCount)
            }
            var found = 0
            groups.forEach { group in
                found += 1
                let sum = expected[group.stack]
                verify(
                    sum?.count == group.count && sum?.byteCount == group.byteCount && !group.isIndirect,
                    "\(group.stack)")
            }
            verify(found == expected.count)
        }
    }

    /// What leaked blocks lead to is apart, and comes last.
    @Test func largestFirst() throws {
        try withGroups { groups in
            groups.add(stack: 1, isIndirect: false, byteCount: 10)
            groups.add(stack: 2, isIndirect: true, byteCount: 1000)
            groups.add(stack: 2, isIndirect: false, byteCount: 20)
            groups.add(stack: 3, isIndirect: true, byteCount: 2000)
            groups.add(stack: 1, isIndirect: false, byteCount: 15)
            var order: [String] = []
            while let group = groups.removeLargest() {
                order.append("\(group.stack) \(group.isIndirect) \(group.count) \(group.byteCount)")
            }
            verify(order == ["1 false 2 25", "2 false 1 20", "3 true 1 2000", "2 true 1 1000"], "\(order)")
            verify(groups.removeLargest() == nil)
        }
    }

    /// More backtraces than there is room for: no block is lost, some have an unknown one.
    @Test func tooMany() throws {
        try withGroups { groups in
            for stack in 1...70_000 as ClosedRange<UInt32> {
                groups.add(stack: stack, isIndirect: false, byteCount: 3)
            }
            var (count, byteCount, unknown): (UInt, UInt, UInt) = (0, 0, 0)
            groups.forEach { group in
                count += group.count
                byteCount += group.byteCount
                if group.stack == 0 { unknown += group.count }
            }
            verify(byteCount == count * 3 && unknown >= 4_464, "\(count) \(unknown)")
            verify(count == 70_000, "\(count)")
        }
    }
}
