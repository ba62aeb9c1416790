// A set of the slices of one segment: 512 bits in eight words. The segment's lock protects it.

/// A set of slice indices, 0 ..< 512. Valid (empty) when zero-initialised.
struct SliceSet {
    private var words = InlineArray<8, UInt64>(repeating: 0)

    static var wordCount: Int { 8 }

    init() {}

    var count: UInt {
        var sum = 0
        for i in 0..<Self.wordCount { sum &+= words[i].nonzeroBitCount }
        return UInt(sum)
    }

    func count(in range: Range<UInt>) -> UInt {
        var sum = 0
        for i in 0..<Self.wordCount { sum &+= (words[i] & mask(i, range)).nonzeroBitCount }
        return UInt(sum)
    }

    var isEmpty: Bool {
        for i in 0..<Self.wordCount where words[i] != 0 { return false }
        return true
    }

    func contains(_ index: UInt) -> Bool { words[Int(index >> 6)] & (1 << UInt64(index & 63)) != 0 }

    /// The bits of word `word` that lie in `range`.
    private func mask(_ word: Int, _ range: Range<UInt>) -> UInt64 {
        let first = UInt(word) * 64
        let low = Swift.max(range.lowerBound, first)
        let high = Swift.min(range.upperBound, first + 64)
        guard low < high else { return 0 }
        let width = high - low
        let ones: UInt64 = width == 64 ? ~0 : (1 << UInt64(width)) - 1
        return ones << UInt64(low - first)
    }

    mutating func insert(_ range: Range<UInt>) { for i in 0..<Self.wordCount { words[i] |= mask(i, range) } }
    mutating func remove(_ range: Range<UInt>) { for i in 0..<Self.wordCount { words[i] &= ~mask(i, range) } }

    mutating func subtract(_ other: SliceSet) { for i in 0..<Self.wordCount { words[i] &= ~other.words[i] } }

    func intersects(_ range: Range<UInt>) -> Bool {
        for i in 0..<Self.wordCount where words[i] & mask(i, range) != 0 { return true }
        return false
    }
    func contains(_ range: Range<UInt>) -> Bool {
        for i in 0..<Self.wordCount where words[i] & mask(i, range) != mask(i, range) { return false }
        return true
    }

    /// The least member that is not below `start`, or nil.
    func first(from start: UInt) -> UInt? {
        var index = start
        while index < UInt(Self.wordCount) * 64 {
            let word = words[Int(index >> 6)] >> UInt64(index & 63)
            if word != 0 { return index + UInt(word.trailingZeroBitCount) }
            index = (index | 63) + 1
        }
        return nil
    }

    /// The least index that is not a member and not below `start`; 512 if there is none.
    func firstAbsent(from start: UInt) -> UInt {
        var index = start
        while index < UInt(Self.wordCount) * 64 {
            let word = ~words[Int(index >> 6)] >> UInt64(index & 63)
            if word != 0 { return index + UInt(word.trailingZeroBitCount) }
            index = (index | 63) + 1
        }
        return UInt(Self.wordCount) * 64
    }

    /// The first run of `count` members whose start, `phase` added, is a multiple of `alignment` slices.
    /// - Complexity: O(512) at the worst, a few words usually.
    func firstRun(count: UInt, alignment: UInt, phase: UInt = 0) -> UInt? {
        var start = first(from: 0)
        while let candidate = start {
            let aligned = (candidate + phase).aligned(up: alignment) - phase
            guard aligned + count <= UInt(Self.wordCount) * 64 else { return nil }
            let end = firstAbsent(from: aligned)
            if end >= aligned + count { return aligned }
            start = first(from: end + 1)
        }
        return nil
    }

    /// The length of the longest run of members.
    var longestRun: UInt {
        var longest: UInt = 0
        var start = first(from: 0)
        while let begin = start {
            let end = firstAbsent(from: begin)
            longest = Swift.max(longest, end - begin)
            start = first(from: end)
        }
        return longest
    }
}
