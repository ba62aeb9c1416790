// The memory of freed huge blocks, which waits for new ones. Under the arena's lock.

/// A queue of huge pages that nobody can reach: they are neither in the page map nor in the list of huge pages. Valid (empty)
/// when zero-initialised.
///
/// (1) count ≤ capacity; places 0 ..< count hold pages that are not in use, each a mapping of its own, between guards, whose
///     block is writable; byteCount is the sum of theirs
struct ReservedPages {
    private(set) var count = 0
    /// The memory in here, at most.
    private(set) var byteCount: UInt = 0
    private var pages = InlineArray<8, Ref<Page>?>(repeating: nil)
    private var deadlines = InlineArray<8, UInt64>(repeating: 0)

    static var capacity: Int { 8 }
    /// What is larger is not kept.
    static var largestByteCount: UInt { DetainedPages.largestByteCount / 2 }

    init() {}

    var firstDeadline: UInt64 { count == 0 ? 0 : deadlines[0] }
    subscript(place: Int) -> Ref<Page>? { pages[place] }

    /// There must be room.
    mutating func append(_ page: Ref<Page>, deadline: UInt64) {
        pages[count] = page
        deadlines[count] = deadline
        count += 1
        byteCount += page.pointee.byteCount
    }

    /// - Complexity: O(count)
    mutating func remove(_ place: Int) -> Ref<Page>? {
        guard let page = pages[place] else { return nil }
        byteCount -= page.pointee.byteCount
        var at = place + 1
        while at < count {
            pages[at - 1] = pages[at]
            deadlines[at - 1] = deadlines[at]
            at += 1
        }
        count -= 1
        pages[count] = nil
        return page
    }

    /// Which of the pages suits a block of `wanted` bytes best: the smallest that is not too small; else the largest, down to
    /// half of what is wanted, to grow.
    /// - Parameter most: nothing larger.
    func bestPlace(for wanted: UInt, most: UInt) -> Int? {
        var best: (place: Int, byteCount: UInt)?
        for place in 0..<count {
            guard let byteCount = pages[place]?.pointee.byteCount, byteCount >= wanted / 2,
                byteCount <= most
            else { continue }
            if let old = best?.byteCount {
                let isBetter = old >= wanted ? byteCount >= wanted && byteCount < old : byteCount > old
                if !isBetter { continue }
            }
            best = (place, byteCount)
        }
        return best?.place
    }
}
