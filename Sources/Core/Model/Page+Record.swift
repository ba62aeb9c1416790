// Where a page's blocks' pasts are kept (flag blockStacks).

extension Page {
    /// The bytes of a huge page's descriptor: it has no segment, so its record follows it.
    static var hugeDescriptorByteCount: UInt { 128 + (Variant.blockStacks ? BlockRecord.stride : 0) }

    /// The record of a block; nil where the variant keeps none, or this kind of page.
    /// - Parameter number: a block's of the page; for pages of one block it does not matter.
    func record(_ number: UInt32) -> Ref<BlockRecord>? {
        guard Variant.blockStacks else { return nil }
        switch kind {
        case .trap, .sampled: return nil
        case .huge:
            return unsafe withUnsafePointer(to: self) { unsafe Ref(at: Address(UnsafeRawPointer($0)) + 128) }
        case .large, .blocks:
            guard let segment else { return nil }
            let index = kind == .blocks ? UInt(number) : 0
            return unsafe Ref(
                at: Segment.recordAddress(UInt(sliceIndex), of: segment) + index * BlockRecord.stride)
        }
    }

    /// The size that a block was requested with, be it live or free; nil where that is not remembered.
    func rememberedByteCount(_ number: UInt32) -> UInt? {
        guard Variant.blockStacks, let byteCount = record(number)?.pointee.byteCount, byteCount != 0,
            byteCount <= roomByteCount
        else { return nil }
        return byteCount
    }

    /// The same of a block that was freed, for a report; its room where it is not remembered.
    func formerByteCount(_ number: UInt32) -> UInt { rememberedByteCount(number) ?? roomByteCount }

    /// The same of the block that starts at an address.
    func formerByteCount(at block: Address) -> UInt {
        sharedNumber(ofBlockAt: block).flatMap { rememberedByteCount($0) } ?? roomByteCount
    }

    /// Who allocated and freed a block, for a report.
    /// - Parameters:
    ///   - block: the block's start.
    ///   - byteCount: its size.
    func history(_ number: UInt32, at block: Address, _ byteCount: UInt) -> BlockHistory? {
        record(number)?.pointee.history(start: block, byteCount: byteCount)
    }

    /// The same of a block that is found damaged while it is freed or resized: that is no part of its past.
    func historyBeforeFree(_ number: UInt32, at block: Address, _ byteCount: UInt) -> BlockHistory? {
        var history = history(number, at: block, byteCount)
        history?.freeingThread = 0
        return history
    }

    /// The same of the block that starts at an address.
    func history(at block: Address, _ byteCount: UInt) -> BlockHistory? {
        guard Variant.blockStacks else { return nil }
        return history(sharedNumber(ofBlockAt: block) ?? 0, at: block, byteCount)
    }

    /// The same of the block that an address lies in, or right behind.
    func history(covering address: Address) -> BlockHistory? {
        guard Variant.blockStacks else { return nil }
        guard kind == .blocks else { return history(0, at: userStart, requestedByteCount) }
        let size = UInt(blockByteCount)
        let number = address.offset(from: origin) / size
        guard number != 0, number <= UInt(capacity) else { return nil }
        let block = self.address(of: UInt32(number))
        let isLive = states.isLive(UInt32(number))
        let byteCount = isLive ? requestedByteCount(of: block) : formerByteCount(UInt32(number))
        return history(UInt32(number), at: block, byteCount)
    }
}
