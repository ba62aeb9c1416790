// Blocks that were freed, whose pointers the program still has.

struct StaleBlock {
    let address: Address
    let byteCount: UInt
    let family: AllocationFamily
    /// What it was a block of.
    let kind: Page.Kind
    /// The bytes that it took of its page, with all that stands behind the user's.
    let footprint: UInt
    /// How many blocks had been handed out when it was freed, and how many operations had been there that may change what is
    /// free.
    let birth: UInt64
    let operation: Int
    /// realloc moved the pages of a huge block: its old addresses are nobody's, and a free of them is called invalid.
    var wasMoved = false
}

/// The last ones.
struct StaleBlocks {
    private(set) var all: [StaleBlock] = []
    static let most = 48

    var count: Int { all.count }
    subscript(index: Int) -> StaleBlock { all[index] }

    mutating func add(_ block: StaleBlock) {
        if all.count == Self.most { all.removeFirst() }
        all.append(block)
    }

    /// The last one's pages went elsewhere.
    mutating func noteMove() { all[all.count - 1].wasMoved = true }

    /// A block was handed out: a pointer to its start is a good one again.
    mutating func forget(at address: Address) { all.removeAll { $0.address == address } }
}
