// The freed large and huge blocks that wait before their addresses serve again (flag quarantine). Under the arena's lock.

/// A queue of retired pages, oldest first. Valid (empty) when zero-initialised.
///
/// (1) count ≤ capacity; places 0 ..< count hold pages that are not in use, whose run or mapping was not released
struct DetainedPages {
    private(set) var count = 0
    /// The memory that large blocks in here keep; huge ones keep none.
    private(set) var byteCount: UInt = 0
    private var pages = InlineArray<64, Ref<Page>?>(repeating: nil)
    private var deadlines = InlineArray<64, UInt64>(repeating: 0)

    static var capacity: Int { 64 }
    static var largestByteCount: UInt { 64 << 20 }

    init() {}

    var firstDeadline: UInt64 { count == 0 ? 0 : deadlines[0] }
    subscript(place: Int) -> Ref<Page>? { pages[place] }

    private func memory(of page: Ref<Page>) -> UInt {
        page.pointee.kind == .large ? page.pointee.largeRoom.byteCount : 0
    }

    /// There must be room.
    mutating func append(_ page: Ref<Page>, deadline: UInt64) {
        pages[count] = page
        deadlines[count] = deadline
        count += 1
        byteCount += memory(of: page)
    }

    /// - Complexity: O(count)
    mutating func remove(_ place: Int) -> Ref<Page>? {
        guard let page = pages[place] else { return nil }
        byteCount -= memory(of: page)
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
}
