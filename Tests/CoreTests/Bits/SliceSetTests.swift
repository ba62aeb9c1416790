// SliceSet against a Set<UInt>.

import Testing

@Suite struct SliceSetTests {
    private static let length: UInt = 512

    private func run(of model: Set<UInt>, count: UInt, alignment: UInt) -> UInt? {
        var start: UInt = 0
        while start + count <= Self.length {
            if (start..<start + count).allSatisfy(model.contains) { return start }
            start += alignment
        }
        return nil
    }

    private func longestRun(of model: Set<UInt>) -> UInt {
        var (longest, current): (UInt, UInt) = (0, 0)
        for i in 0..<Self.length {
            current = model.contains(i) ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }

    private func compare(_ set: SliceSet, _ model: Set<UInt>, _ random: inout TestRandom) {
        verify(set.count == UInt(model.count) && set.isEmpty == model.isEmpty)
        verify(set.longestRun == longestRun(of: model))
        let low = random.below(Self.length + 1)
        let range = low..<low + random.below(Self.length + 1 - low)
        verify(set.count(in: range) == UInt(model.count { range.contains($0) }), "count in \(range)")
        verify(set.contains(range) == range.allSatisfy(model.contains), "contains \(range)")
        verify(set.intersects(range) == range.contains(where: model.contains), "intersects \(range)")
        verify(set.first(from: low) == model.filter { $0 >= low }.min(), "first from \(low)")
        verify(set.firstAbsent(from: low) == (low..<Self.length).first { !model.contains($0) } ?? Self.length)
        let count = 1 + random.below(random.isOne(in: 4) ? Self.length : 24)
        let alignment: UInt = 1 << random.below(8)
        verify(
            set.firstRun(count: count, alignment: alignment) == run(of: model, count: count, alignment: alignment),
            "run of \(count) at \(alignment)")
    }

    @Test func agreesWithASet() {
        var random = TestRandom(stream: 2)
        for _ in 0..<4 {
            var (set, model) = (SliceSet(), Set<UInt>())
            for step in 0..<Seed.repetitions(150) {
                let low = random.below(Self.length)
                let width = 1 + random.below(random.isOne(in: 3) ? Self.length - low : min(20, Self.length - low))
                let range = low..<low + width
                if random.isOne(in: 2) {
                    set.insert(range)
                    model.formUnion(range)
                } else {
                    set.remove(range)
                    model.subtract(range)
                }
                if step % 2 == 0 { compare(set, model, &random) }
            }
            for i in 0..<Self.length { verify(set.contains(i) == model.contains(i), "member \(i)") }
        }
    }

    @Test func limits() {
        var set = SliceSet()
        verify(set.first(from: 0) == nil)
        verify(set.firstRun(count: 1, alignment: 1) == nil)
        verify(set.longestRun == 0)
        set.insert(0..<512)
        verify(set.count == 512 && set.longestRun == 512)
        verify(set.firstAbsent(from: 0) == 512 && set.firstAbsent(from: 512) == 512)
        verify(set.first(from: 511) == 511 && set.first(from: 512) == nil)
        verify(set.firstRun(count: 512, alignment: 256) == 0)
        verify(set.firstRun(count: 513, alignment: 1) == nil)
        set.remove(0..<1)
        verify(set.firstRun(count: 511, alignment: 1) == 1)
        verify(set.firstRun(count: 511, alignment: 2) == nil)
        verify(set.firstRun(count: 256, alignment: 256) == 256)
    }

    @Test func emptyRanges() {
        var set = SliceSet()
        set.insert(5..<5)
        verify(set.isEmpty && set.contains(7..<7) && !set.intersects(7..<7) && set.count(in: 512..<512) == 0)
    }
}
