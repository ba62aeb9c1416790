// Between a heap's magazines and its pages: refilled when malloc finds too few blocks to choose from. free leaves blocks with
// their pages.

extension Heap {
    /// malloc's fast path: the block that was chosen, after which the next is.
    /// - Returns: nil if there is none: nothing has changed then; or if something is wrong with the block, which is
    ///   `suspect` then.
    @inline(__always) mutating func takeDirectly(_ magazine: Ref<Magazine>, _ byteCount: UInt) -> Address? {
        let entry = magazine.pointee.next
        // A die for each allocation, whether it chooses or not: by their number samples are drawn.
        guard entry.bits != 0, dice.count != 0 else { return nil }
        let block = magazine.pointee.nextBlock
        if magazine.pointee.offers {
            magazine.chooseNext(Variant.randomizedFreeLists ? dice.top : 0)
        } else {
            magazine.pointee.next = MagazineEntry(bits: 0)
        }
        dice.drop()
        switch entry.page.pointee.handOutFromMagazine(entry.directNumber, at: block, byteCount) {
        case .passed: return block
        case .wrongState: suspect = entry
        case .damaged: suspect = entry.afterMarking
        }
        return nil
    }

    /// malloc's slow path, for every class.
    mutating func take(_ sizeClass: SizeClass, _ byteCount: UInt, alignment: UInt) -> Address? {
        if suspect.bits != 0 { reportSuspect() }
        if Variant.sampledGuards, let block = sample(byteCount, alignment: alignment) { return block }
        let magazine = magazine(sizeClass)
        while true {
            // The fast path ends here every 64th time, be its magazine ever so full: housekeeping gets its turn.
            if dice.count == 0 { keepHouse() }
            if magazine.pointee.next.bits == 0 {
                if !magazine.pointee.offers { refill(magazine, sizeClass) }
                // Without memory for more, what there is.
                guard magazine.pointee.count != 0 else { return nil }
                let random = Variant.randomizedFreeLists ? slowDice.roll(256, &random) : 0
                magazine.chooseNext(UInt8(truncatingIfNeeded: random))
            }
            // Not before: housekeeping that notices a fork throws the dice away.
            fillDice()
            let entry = magazine.pointee.next
            let block = magazine.pointee.nextBlock
            magazine.pointee.next = MagazineEntry(bits: 0)
            if magazine.pointee.offers { magazine.chooseNext(Variant.randomizedFreeLists ? dice.top : 0) }
            dice.drop()
            // What is not zero is found once more, and reported, by the whole look.
            let isZero =
                entry.isUntouched
                || (Variant.zeroOnFree && sizeClass.isSparse
                    && entry.page.pointee.isZeroSparsely(entry.number, at: block))
            switch entry.page.pointee.handOutFromMagazine(entry.number, at: block, byteCount, isZero: isZero) {
            case .passed: return block
            case .wrongState: suspect = entry
            case .damaged: suspect = entry.afterMarking
            }
            reportSuspect()
        }
    }

    /// The block that was to be handed out is damaged. It stays out of use: whoever wrote to it may do so again.
    @inline(never) private mutating func reportSuspect() {
        let entry = suspect
        suspect = MagazineEntry(bits: 0)
        let page = entry.page
        if entry.isAfterMarking { page.pointee.states.revoke(entry.number) }
        page.pointee.reportDamage(entry.number, at: page.pointee.address(of: entry.number))
    }

    /// Fills a magazine up to some more than its floor.
    @inline(never) private mutating func refill(_ magazine: Ref<Magazine>, _ sizeClass: SizeClass) {
        keepHouse()
        setFloor(magazine, sizeClass)
        while magazine.pointee.count < magazine.pointee.target {
            guard let page = pageWithSpareBlocks(sizeClass) else { return }
            moveBlocks(from: page, to: magazine)
            setFloor(magazine, sizeClass)
        }
    }

    /// What pages know this refill by: another number than the last one's.
    private var turn: UInt32 { slowCount % 65_535 + 1 }

    /// True if there is more on a page, which has free blocks, than what was freed last.
    func hasSpareBlocks(_ page: Ref<Page>) -> Bool {
        !Variant.usesMagazines || page.pointee.hasSpareBlocks(turn)
    }

    private mutating func pageWithSpareBlocks(_ sizeClass: SizeClass) -> Ref<Page>? {
        if sizeClass.isSparse, let page = pageWithTouchedBlocks(sizeClass) { return page }
        if let page = queues[Int(sizeClass.index)].first, page.pointee.hasSpareBlocks(turn) { return page }
        allocator.pointee.arena.purgeIfDue()
        return findPage(sizeClass)
    }

    /// A page with blocks that were used before, those included that other threads freed, at the front of its queue: where a
    /// block is OS pages of its own, before memory is touched that was not.
    private mutating func pageWithTouchedBlocks(_ sizeClass: SizeClass) -> Ref<Page>? {
        takeWakes()
        var candidate = queues[Int(sizeClass.index)].first
        // A few: most of the pages that are not full have some.
        for _ in 0..<8 {
            guard let page = candidate else { return nil }
            candidate = page.pointee.next
            guard page.pointee.collect(), page.pointee.hasSpareTouchedBlocks(turn) else { continue }
            if page != queues[Int(sizeClass.index)].first {
                dequeue(page)
                enqueue(page)
            }
            return page
        }
        return nil
    }

    /// How many blocks a magazine keeps back: in small classes 32 from the start, in larger ones about an OS page's worth to
    /// begin with, and half of the blocks that exist.
    private func setFloor(_ magazine: Ref<Magazine>, _ sizeClass: SizeClass) {
        let highest = Magazine.highestFloor
        let least = UInt32(Swift.min(UInt(highest), Unit.osPage / sizeClass.blockByteCount))
        let half = Swift.min(highest, magazine.pointee.existing / 2)
        magazine.pointee.floor = Swift.max(Swift.max(1, least), half)
    }

    /// Moves blocks of a page to a magazine: those that were used before if there are any, so that as little memory as can
    /// be is touched.
    private mutating func moveBlocks(from page: Ref<Page>, to magazine: Ref<Magazine>) {
        let target = magazine.pointee.target
        let before = magazine.pointee.count
        page.pointee.moveTouched(to: magazine, target: target, turn: turn, reference: page)
        // Other pages may have more of them.
        if page.pointee.sizeClass.isSparse, magazine.pointee.count != before { return }
        while magazine.pointee.count < target, let (chunk, set) = page.pointee.firstUntouched() {
            if page.pointee.sizeClass.isDense {
                touch(page, chunk)
                page.pointee.moveUntouched(set, ofChunk: chunk, to: magazine, areUntouched: false, reference: page)
            } else {
                let bit = set.member(after: Variant.randomizedFreeLists ? slowDice.roll(64, &random) : 0)
                let areUntouched = prepareUntouched(page, chunk * 64 + bit)
                page.pointee.moveUntouched(
                    1 << UInt64(bit), ofChunk: chunk, to: magazine, areUntouched: areUntouched, reference: page)
            }
        }
    }

    /// Readies the memory of a chunk of small blocks for the look for zeros: a first read of an OS page and a write after it
    /// are two faults.
    private func touch(_ page: Ref<Page>, _ chunk: UInt32) {
        guard Variant.zeroOnFree else { return }
        let last = Swift.min(chunk * 64 + 63, page.pointee.capacity)
        touch(page.pointee.address(of: Swift.max(chunk * 64, 1)), upTo: page.pointee.address(of: last + 1))
    }

    private func touch(_ start: Address, upTo end: Address) {
        var at = start
        while at.bits < end.bits {
            unsafe at.touch()
            at = (at + Unit.osPage).aligned(down: Unit.osPage)
        }
    }

    /// The same for one block.
    /// - Returns: true if nobody can have written to the block, and it need not be looked at.
    private func prepareUntouched(_ page: Ref<Page>, _ number: UInt32) -> Bool {
        // Without zeros nobody looks. And classes of up to 2 KiB have no marked entries: `directNumber`.
        guard Variant.zeroOnFree else { return false }
        let block = page.pointee.address(of: number)
        let byteCount = UInt(page.pointee.blockByteCount)
        if page.pointee.sizeClass.isSparse { return !VirtualMemory.isAnyResident(block, byteCount: byteCount) }
        touch(block, upTo: block + byteCount)
        return false
    }

    /// Gives blocks of a magazine back to their pages, until `count` are left.
    private mutating func flush(_ magazine: Ref<Magazine>, to count: UInt32) {
        magazine.unchoose()
        while magazine.pointee.count > count {
            let place = magazine.pointee.count - 1
            let entry = magazine[place]
            magazine.remove(place)
            entry.page.pointee.returnFromMagazine(entry.number, isUntouched: entry.isUntouched)
            if entry.isUntouched { magazine.pointee.existing -= Swift.min(magazine.pointee.existing, 1) }
            if entry.page.pointee.used == 0 { attend(to: entry.page) }
        }
    }

    /// Gives back what magazines hold beyond their floors, but for one to hand out, and the memory of large blocks.
    mutating func trimMagazines() {
        guard Variant.usesMagazines else { return }
        for index in 0..<UInt8(SizeClass.count) {
            let sizeClass = SizeClass(index: index)
            let magazine = magazine(sizeClass)
            guard magazine.pointee.existing != 0 else { continue }
            setFloor(magazine, sizeClass)
            flush(magazine, to: magazine.pointee.floor + 1)
            if sizeClass.isSparse { purgeBlocks(magazine, sizeClass, isSweep: true) }
        }
    }

    private mutating func purgeBlocks(_ magazine: Ref<Magazine>, _ sizeClass: SizeClass, isSweep: Bool = false) {
        var candidate = queues[Int(sizeClass.index)].first
        while let page = candidate {
            candidate = page.pointee.next
            let count = page.pointee.purgeAvailable(isSweep: isSweep)
            magazine.pointee.existing -= Swift.min(magazine.pointee.existing, count)
        }
    }

    /// Gives the memory of large free blocks back, but for those in magazines.
    mutating func purgeSparseBlocks() {
        guard Variant.usesMagazines else { return }
        for index in 0..<UInt8(SizeClass.count) {
            let sizeClass = SizeClass(index: index)
            if sizeClass.isSparse { purgeBlocks(magazine(sizeClass), sizeClass) }
        }
    }

    /// Gives back all that a class's magazine holds.
    mutating func flush(_ sizeClass: SizeClass) {
        if Variant.usesMagazines { flush(magazine(sizeClass), to: 0) }
    }

    /// Gives back all that magazines hold.
    mutating func flushAll() {
        for index in 0..<UInt8(SizeClass.count) { flush(SizeClass(index: index)) }
    }

    /// After all pages went.
    func resetMagazines() {
        guard Variant.usesMagazines else { return }
        for index in 0..<UInt8(SizeClass.count) { magazine(SizeClass(index: index)).pointee.existing = 0 }
    }

    /// A page came to this heap, or leaves it: `existing` follows.
    func countBlocks(of page: Ref<Page>, isLeaving: Bool = false) {
        guard Variant.usesMagazines else { return }
        let magazine = magazine(page.pointee.sizeClass)
        let count = page.pointee.touchedCount
        magazine.pointee.existing =
            isLeaving
            ? magazine.pointee.existing - Swift.min(magazine.pointee.existing, count)
            : magazine.pointee.existing + count
    }

    /// New randomness, where the old one is another thread's or the parent's.
    mutating func reseed() {
        random.seed(salt: address.bits)
        dice.forget()
        slowDice.forget()
        if Variant.usesMagazines {
            for index in 0..<UInt8(SizeClass.count) { magazine(SizeClass(index: index)).unchoose() }
        }
        if Variant.sampledGuards { forgetSamples() }
    }
}
