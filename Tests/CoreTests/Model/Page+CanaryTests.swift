// Canaries and zeros of blocks, by enumeration: every class, requested sizes at its edges, every byte behind them.

import Testing

@Suite struct PageCanaryTests {
    /// A page with some blocks on `free`, and the first of them.
    private func make(_ sizeClass: SizeClass) -> Ref<Page> {
        let (page, _) = TestAllocator.page(TestAllocator.make(), sizeClass)
        page.extend(by: 3)
        return page
    }

    /// Requested sizes at which the layout changes: none, all, and slacks around words and the longest fill.
    private func sizes(_ sizeClass: SizeClass) -> [UInt] {
        let room = sizeClass.room
        let slacks: [UInt] = [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 71, 72, 73, 79, 80, 81, 100, room / 2, room]
        return Set(slacks.filter { $0 <= room }.map { room - $0 } + [1, 7, 8, 9].filter { $0 <= room }).sorted()
    }

    /// What another slack, read from a changed seal, would have to be for its canaries to be right: none, or whole words
    /// fewer, all of them filled.
    private func isAlsoRight(_ changed: UInt, slack: UInt) -> Bool {
        changed == 0 || (changed < slack && (slack - changed) % 8 == 0 && slack <= Canary.longestFill)
    }

    /// Any byte from the requested size to the end of the fill, and any of the seal, changed in any of eight ways.
    @Test func everyChangedByte() throws {
        guard Variant.paddingCanaries else { return }
        for sizeClass in SizeClass.all {
            let page = make(sizeClass)
            for byteCount in sizes(sizeClass) {
                let block = try require(page.take(byteCount))
                // What lies in front of a canary, or behind its fill, may be its first byte, by chance: zeros never are.
                unsafe block.zero(byteCount: byteCount)
                let canary = page.pointee.keys.canary(at: block + sizeClass.room)
                let mayAgree = UInt8(truncatingIfNeeded: canary) == UInt8(truncatingIfNeeded: page.pointee.blank)
                let slack = sizeClass.room - byteCount
                verify(page.pointee.intactByteCount(of: block) == byteCount, "\(byteCount) of \(sizeClass.room)")
                verify(page.pointee.requestedByteCount(of: block) == byteCount)
                let fill = min(slack, Canary.longestFill)
                for offset in Array(byteCount..<byteCount + fill) + Array(sizeClass.room..<sizeClass.room + 8) {
                    let place = block + offset
                    let old = place.byte
                    for difference: UInt8 in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                        place.byte = old ^ difference
                        let found = page.pointee.intactByteCount(of: block)
                        if found == nil { continue }
                        let changed = page.pointee.sealedByteCount(of: block).map { sizeClass.room - $0 } ?? .max
                        let isKnownLimit =
                            offset >= sizeClass.room + 2 && (mayAgree || isAlsoRight(changed, slack: slack))
                        verify(isKnownLimit, "\(byteCount) of \(sizeClass.room): +\(offset) ^ \(difference)")
                    }
                    place.byte = old
                }
                verify(page.pointee.intactByteCount(of: block) == byteCount)
                let number = try require(page.pointee.number(ofBlockAt: block))
                verify(page.takeBackLive(number, at: block))
                // What is left of canaries would, at another slack, be right again.
                if !Variant.zeroOnFree { unsafe block.zero(byteCount: sizeClass.blockByteCount) }
                page.pointee.takeBack(number, at: block)
                page.collectLocally()
                verify(invariants: Invariants.broken(page))
            }
        }
    }

    /// A NUL right behind the requested size shows for every size up to 1 KiB; and reading a string stops there.
    @Test func terminators() throws {
        guard Variant.paddingCanaries else { return }
        for byteCount in UInt(1)...SizeClass(requested: 1000).room {
            let page = make(SizeClass(requested: byteCount))
            let block = try require(page.take(byteCount))
            // With a slack of one byte the seal follows, whose second byte is zero as well.
            let isShort = page.pointee.roomByteCount - byteCount == 1
            verify((block + byteCount).byte & 1 == 1, "\(byteCount)")
            verify((block + byteCount + (isShort ? 2 : 1)).byte == 0, "\(byteCount)")
            (block + byteCount).byte = 0
            verify(page.pointee.intactByteCount(of: block) == nil, "\(byteCount)")
        }
    }

    /// A block that is not blank is not handed out, and stays as it is: every byte of it, changed.
    @Test func writesAfterFree() throws {
        guard Variant.zeroOnFree else { return }
        for sizeClass in SizeClass.all {
            let page = make(sizeClass)
            let number = page.first
            let block = page.pointee.address(of: number)
            let size = sizeClass.blockByteCount
            for offset in stride(from: UInt(0), to: size, by: size <= 2048 ? 1 : 509) {
                let blank = (block + offset).byte
                for byte: UInt8 in [0x80, 0, 0xFF] where byte != blank {
                    (block + offset).byte = byte
                    verify(page.take(size / 2) == nil, "+\(offset) of \(size)")
                    verify(page.pointee.states.isFree(number) && (block + offset).byte == byte)
                }
                (block + offset).byte = blank
            }
            verify(page.take(size / 2) == block)
        }
    }

    /// free's fast path and its slow one: whatever the user wrote, the block is blank afterwards.
    @Test func blankedByTheOwner() throws {
        guard Variant.zeroOnFree else { return }
        for sizeClass in SizeClass.all {
            let page = make(sizeClass)
            for byteCount in sizes(sizeClass) {
                for isFast in [true, false] {
                    let number = page.first
                    let block = try require(page.take(byteCount))
                    unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: Int(byteCount))
                    let isTaken =
                        isFast && sizeClass.blockByteCount <= SizeClass.largestDirectByteCount
                        && page.pointee.claim(number, at: block) == .passed
                    verify(isTaken == (isFast && sizeClass.blockByteCount <= SizeClass.largestDirectByteCount))
                    if !isTaken { verify(page.takeBackLive(number, at: block)) }
                    verify(page.isBlank(block, sizeClass.blockByteCount), "\(byteCount), \(isFast)")
                    page.pointee.takeBack(number, at: block)
                    page.collectLocally()
                }
            }
        }
    }

    /// By another thread: the user's bytes go at once, the rest when the owner collects.
    @Test func blankedRemotely() throws {
        guard Variant.zeroOnFree, Variant.paddingCanaries else { return }
        for sizeClass in SizeClass.all {
            let page = make(sizeClass)
            for byteCount in sizes(sizeClass) {
                let number = page.first
                let block = try require(page.take(byteCount))
                unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: Int(byteCount))
                let result = page.pointee.pushRemotely(number, at: block)
                verify(result == .pushed)
                verify(byteCount <= 8 || page.isBlank(block + 8, byteCount - 8))
                // The seal stays: the block behind may be freed, and looks at it.
                verify(page.pointee.sealedByteCount(of: block) == byteCount)
                page.pointee.collectThreadFree()
                verify(invariants: Invariants.broken(page))
            }
        }
    }

    /// Resizing in place, from every size of a class to every other: the content stays, the canary follows, and free
    /// leaves nothing behind. False alarms would come from here.
    @Test(arguments: [16, 32, 112, 240] as [UInt])
    func everyResize(_ size: UInt) throws {
        guard Variant.paddingCanaries else { return }
        let sizeClass = SizeClass(holding: size)
        let page = make(sizeClass)
        for old in 0...sizeClass.room { for new in 0...sizeClass.room { try resize(page, sizeClass, [old, new]) } }
    }

    @Test func longResizes() throws {
        guard Variant.paddingCanaries else { return }
        var random = TestRandom(stream: 150)
        for sizeClass in SizeClass.all where sizeClass.blockByteCount > 240 {
            let page = make(sizeClass)
            let sizes = sizes(sizeClass)
            for _ in 0..<60 {
                try resize(page, sizeClass, (0..<5).map { _ in sizes[Int(random.below(UInt(sizes.count)))] })
            }
        }
    }

    private func resize(_ page: Ref<Page>, _ sizeClass: SizeClass, _ sizes: [UInt]) throws {
        let number = page.first
        let block = try require(page.take(sizes[0]))
        unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: Int(sizes[0]))
        for (old, new) in zip(sizes, sizes.dropFirst()) {
            page.pointee.moveCanary(of: block, from: old, to: new)
            let kept = min(old, new)
            verify(kept == 0 || (block.byte == 0xEE && (block + (kept - 1)).byte == 0xEE), "content of \(sizes)")
            verify(page.pointee.intactByteCount(of: block) == new, "\(sizes) of \(sizeClass.room)")
            unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: Int(new))
        }
        verify(page.pointee.intactByteCount(of: block) == sizes[sizes.count - 1])
        verify(page.takeBackLive(number, at: block))
        let isClean = !Variant.zeroOnFree || page.isBlank(block, sizeClass.blockByteCount)
        verify(isClean, "\(sizes) of \(sizeClass.room)")
        page.pointee.takeBack(number, at: block)
        page.collectLocally()
    }

    /// The word in front of a block: right for every size of a live neighbour and for a free one; any changed byte of it
    /// shows, but for those of a slack that is still one.
    @Test func everyFront() throws {
        guard Variant.paddingCanaries, Variant.doubleFreeDetection else { return }
        for sizeClass in SizeClass.all {
            let page = make(sizeClass)
            for byteCount in sizes(sizeClass) {
                let (first, front) = (page.first, try require(page.take(byteCount)))
                let (second, block) = (page.first, try require(page.take(1)))
                guard second == first + 1 else { throw RequirementFailed() }
                checkFront(page, second, block, sizeClass, isLive: true)
                verify(page.takeBackLive(first, at: front))
                checkFront(page, second, block, sizeClass, isLive: false)
                page.pointee.takeBack(first, at: front)
                checkFront(page, second, block, sizeClass, isLive: false)
                verify(page.takeBackLive(second, at: block))
                page.pointee.takeBack(second, at: block)
                guard !Variant.usesMagazines else { continue }
                // In the order of their numbers.
                page.pointee.free = 0
                page.pointee.localFree = 0
                page.pointee.used = 0
                page.pointee.setLink(from: block, to: 0)
                page.pointee.setLink(from: front, to: page.pointee.mark(of: second))
                page.pointee.free = page.pointee.mark(of: first)
            }
        }
    }

    private func checkFront(
        _ page: Ref<Page>, _ number: UInt32, _ block: Address, _ sizeClass: SizeClass, isLive: Bool
    ) {
        verify(page.pointee.isFrontIntact(number, at: block), "a front that nobody touched")
        for offset in UInt(1)...8 {
            let old = (block - offset).byte
            for difference: UInt8 in [1, 16, 128, 255] {
                (block - offset).byte = old ^ difference
                let word = unsafe (block - 8).loadWord() ^ page.pointee.keys.canary(at: block - 8)
                let isSlack = isLive && word & 0xFFFF == 0 && word >> 16 <= UInt64(sizeClass.room)
                let isMissed = isLive ? isSlack : !Variant.zeroOnFree
                verify(page.pointee.isFrontIntact(number, at: block) == isMissed, "-\(offset) ^ \(difference)")
                (block - offset).byte = old
            }
        }
    }

    /// The first block of a page has no neighbour in front, and a guard there.
    @Test func firstBlock() throws {
        let page = make(SizeClass(holding: 64))
        let block = try require(page.take(10))
        verify(page.pointee.number(ofBlockAt: block) == 1 && page.pointee.isFrontIntact(1, at: block))
    }
}
