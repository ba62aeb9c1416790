// The few fields whose representation tests should not depend on, and what a page's owner does, without a heap.

extension Ref where Target == Page {
    /// The blocks that were ever made.
    var madeCount: UInt32 { UInt32(pointee.capacity) }
    /// The blocks that fit.
    var blockCount: UInt32 { UInt32(pointee.blockCount) }

    /// Makes up to `count` more blocks available.
    func extend(by count: UInt32) {
        guard Variant.usesMagazines else {
            pointee.extend(by: count)
            return
        }
        for number in madeCount + 1..<min(madeCount + count, blockCount) + 1 {
            pointee.capacity = number
            pointee.states.makeAvailable(untouched: number, through: number)
            // As on the way to a magazine.
            if Variant.fillsFreed, !pointee.sizeClass.isSparse {
                pointee.blankUntouched(1 << UInt64(number % 64), ofChunk: number / 64)
                pointee.states.take(1 << UInt64(number % 64), ofChunk: number / 64)
                pointee.states.makeAvailable(number)
            }
        }
    }

    /// True if bytes of a block are as free leaves them.
    func isBlank(_ start: Address, _ byteCount: UInt) -> Bool {
        MemoryProbe.isFilled(start, byteCount: byteCount, with: UInt8(truncatingIfNeeded: pointee.blank))
    }

    /// The number of the block that `take` hands out; 0: none.
    var first: UInt32 {
        guard Variant.usesMagazines else { return pointee.number(ofMark: pointee.free) }
        return (0...madeCount).first { pointee.states.isAvailable($0) } ?? 0
    }

    /// Hands a block out, without a magazine in between.
    /// - Returns: nil if none is available, or something is wrong with it: it is available as before then.
    func take(_ byteCount: UInt) -> Address? {
        guard Variant.usesMagazines else { return pointee.popBlock(byteCount) }
        let number = first
        guard number != 0 else { return nil }
        let block = pointee.address(of: number)
        switch pointee.handOutFromMagazine(number, at: block, byteCount) {
        case .passed:
            pointee.states.take(1 << UInt64(number % 64), ofChunk: number / 64)
            pointee.used += 1
            return block
        case .damaged: pointee.states.revoke(number)
        case .wrongState: break
        }
        return nil
    }

    /// The same for as many bytes as it holds.
    func pop() -> Address? { take(pointee.roomByteCount) }

    /// What was taken back can be handed out again.
    func collectLocally() { if !Variant.usesMagazines { pointee.collectLocally() } }

    /// The owner's free of a block of any size: as free's slow path.
    /// - Returns: false if the block is not live.
    func takeBackLive(_ number: UInt32, at block: Address) -> Bool {
        guard pointee.states.claimByOwner(number) else { return false }
        let byteCount = pointee.examine(number, at: block, isOwner: true)
        pointee.clear(number, at: block, byteCount)
        return true
    }
}

extension Page {
    /// Another thread's free, which looks at the page now.
    borrowing func pushRemotely(_ number: UInt32, at block: Address) -> RemoteFree {
        pushRemotely(number, at: block, in: sharedState)
    }
}

extension Ref where Target == Allocator {
    func page(covering address: Address) -> Ref<Page>? { pointee.arena.pageMap.pointee.page(covering: address) }

    /// Ends the wait of all freed blocks of one page: their slices are dirty, their mappings gone.
    func releaseDetained() {
        pointee.arena.lock.acquire()
        pointee.arena.releaseDetained(dueBy: .max)
        pointee.arena.lock.release()
    }

    /// True if a block of one page starts there that is in its user's hands.
    func hasSingle(at block: Address) -> Bool {
        guard let page = page(covering: block) else { return false }
        return page.pointee.kind != .blocks && page.pointee.origin == block && page.pointee.sharedState.isInUse
    }

    /// The bytes that a block takes, as statistics count them; 0 for a trap.
    func footprint(_ block: Address) -> UInt {
        guard let page = page(covering: block) else { return 0 }
        return page.pointee.kind == .blocks ? UInt(page.pointee.blockByteCount) : page.pointee.byteCount
    }
}

extension Address {
    /// One bit of the byte there changes.
    func flip() { unsafe storeByte(loadByte() ^ 0x10) }
    var byte: UInt8 {
        get { unsafe loadByte() }
        nonmutating set { unsafe storeByte(newValue) }
    }
}

extension SizeClass {
    static var all: [SizeClass] { (0..<UInt8(count)).map { SizeClass(index: $0) } }
    /// The class that serves a request.
    init(requested byteCount: UInt) { self.init(holding: byteCount + Canary.byteCount) }
    /// The largest request that the class serves, and the largest of all classes.
    var room: UInt { blockByteCount - Canary.byteCount }
    static var largestRequest: UInt { largestByteCount - Canary.byteCount }
}
