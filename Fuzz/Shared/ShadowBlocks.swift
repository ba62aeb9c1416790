// The books: all blocks in their users' hands, by address, so that an overlap shows when a block is handed out.

import CBulwark

struct ShadowBlocks {
    private(set) var blocks: [ShadowBlock] = []
    private(set) var byteCount: UInt = 0
    private(set) var nextKey: UInt64 = 1

    var count: Int { blocks.count }
    subscript(index: Int) -> ShadowBlock { blocks[index] }

    /// The place of the first block that does not begin before an address.
    func place(of address: Address) -> Int {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].address.bits < address.bits { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The block that covers an address, or begins there.
    func index(covering address: Address) -> Int? {
        let place = place(of: address)
        if place < blocks.count, blocks[place].address == address { return place }
        return place > 0 && address.bits < blocks[place - 1].end.bits ? place - 1 : nil
    }

    /// The block that begins at an address.
    func index(at address: Address) -> Int? {
        let place = place(of: address)
        return place < blocks.count && blocks[place].address == address ? place : nil
    }

    /// True if a range holds no byte of any block.
    func isClear(_ address: Address, _ end: Address) -> Bool {
        let place = place(of: address)
        if place < blocks.count, blocks[place].address.bits < end.bits { return false }
        return place == 0 || blocks[place - 1].end.bits <= address.bits
    }

    /// Takes a block into the books, once it has proved to be one, and writes its content.
    /// - Parameter usable: what malloc_usable_size says.
    /// - Returns: its place.
    @discardableResult mutating func add(
        _ address: Address, _ byteCount: UInt, alignment: UInt = 0, family: AllocationFamily = .malloc, usable: UInt
    ) -> Int {
        let extent = max(usable, byteCount)
        var block = ShadowBlock(
            address: address, byteCount: byteCount, extent: extent, alignment: alignment, family: family, key: nextKey
        )
        nextKey += 1
        expect(address.isAligned(to: max(alignment, Unit.block)), "\(hex(address)) is not aligned to \(alignment)")
        // Of a block with an OS page to itself 0 bytes may have been requested: it has one.
        let isExact = usable == byteCount || (byteCount == 0 && usable == 1 && alignment > Unit.block)
        expect(
            Variant.paddingCanaries ? isExact : usable >= byteCount,
            "\(usable) bytes usable of \(byteCount) requested")
        expect(isClear(address, block.end), "\(hex(address)), of \(byteCount) bytes, overlaps another block")
        if extent == 0, !Variant.zeroSizeTraps { block.extent = 0 }
        let place = place(of: address)
        block.fill()
        blocks.insert(block, at: place)
        self.byteCount += extent
        return place
    }

    @discardableResult mutating func remove(_ index: Int) -> ShadowBlock {
        let block = blocks.remove(at: index)
        byteCount -= block.extent
        return block
    }

    /// Writes a block's content anew.
    mutating func refill(_ index: Int) {
        blocks[index].key = nextKey
        nextKey += 1
        blocks[index].fill()
    }

    /// All contents are as they were written.
    func checkContents() { for block in blocks { checkContent(block) } }

    func checkContent(_ block: ShadowBlock) {
        if let offset = block.firstChange() {
            finding("byte \(offset) of \(hex(block.address)), of \(block.byteCount) bytes, changed by itself")
        }
    }
}
