// Between a heap's magazines and its pages: refilled when malloc finds too few blocks to choose from, emptied when free
// finds no room.

extension Heap {
    /// malloc's fast path.
    /// - Returns: nil if there is too little to choose from, or something is wrong with the block: nothing has changed.
    @inline(__always) mutating func takeDirectly(_ magazine: Ref<Magazine>, _ byteCount: UInt) -> Address? {
        guard magazine.pointee.offers, dice.count != 0 else { return nil }
        let place = magazine.pointee.choice(Variant.randomizedFreeLists ? dice.top : 0)
        let entry = magazine[place]
        let (page, number) = (entry.page, entry.number)
        let block = page.pointee.address(of: number)
        guard page.pointee.handOut(number, at: block, byteCount) else { return nil }
        magazine.remove(place)
        dice.drop()
        return block
    }

    /// malloc's slow path, for every class.
    mutating func take(_ sizeClass: SizeClass, _ byteCount: UInt, alignment: UInt) -> Address? {
        if Variant.sampledGuards, let block = sample(byteCount, alignment: alignment) { return block }
        let magazine = magazine(sizeClass)
        while true {
            // The fast path ends here every 64th time, be its magazine ever so full: housekeeping gets its turn.
            if dice.count == 0 { keepHouse() }
            if !magazine.pointee.offers { refill(magazine, sizeClass) }
            // Without memory for more, what there is.
            guard magazine.pointee.count != 0 else { return nil }
            // Not before: housekeeping that notices a fork throws the dice away.
            fillDice()
            let place = magazine.pointee.choice(Variant.randomizedFreeLists ? dice.top : 0)
            let entry = magazine[place]
            let (page, number) = (entry.page, entry.number)
            let block = page.pointee.address(of: number)
            let isWell =
                entry.isUntouched
                ? page.pointee.handOutUntouched(number, at: block, byteCount)
                : page.pointee.handOut(number, at: block, byteCount)
            magazine.remove(place)
            dice.drop()
            if isWell { return block }
            // The block stays out of use: whoever wrote to it may do so again.
            page.pointee.reportDamage(number, at: block)
        }
    }

    /// Fills a magazine up to some more than its floor.
    @inline(never) private mutating func refill(_ magazine: Ref<Magazine>, _ sizeClass: SizeClass) {
        keepHouse()
        setFloor(magazine, sizeClass)
        let floor = magazine.pointee.floor
        let target = floor + Swift.max(1, floor * 3 / 4)
        // By Magazine (2) the one that was freed last is to stay last.
        let first = magazine.pointee.count
        while magazine.pointee.count < target {
            var page = queues[Int(sizeClass.index)].first
            if page == nil || !hasBlock(page!) {
                allocator.pointee.arena.purgeIfDue()
                page = findPage(sizeClass)
            }
            guard let page else { break }
            moveBlock(from: page, to: magazine)
            setFloor(magazine, sizeClass)
        }
        if first != 0, magazine.pointee.count > first { magazine.moveToEnd(first - 1) }
    }

    private func hasBlock(_ page: Ref<Page>) -> Bool {
        page.pointee.collectLocally()
        return page.pointee.free != 0 || page.pointee.untouched != 0
    }

    /// How many blocks a magazine keeps back: in small classes 32 from the start, in larger ones about an OS page's worth to
    /// begin with, and half of the blocks that are out.
    private func setFloor(_ magazine: Ref<Magazine>, _ sizeClass: SizeClass) {
        let highest = Magazine.highestFloor
        let least = UInt32(Swift.min(UInt(highest), Unit.osPage / sizeClass.blockByteCount))
        let half = Swift.min(highest, magazine.pointee.outstanding / 2)
        magazine.pointee.floor = Swift.max(Swift.max(1, least), half)
    }

    /// Moves a free block of a page, or one that was never handed out, to a magazine.
    private mutating func moveBlock(from page: Ref<Page>, to magazine: Ref<Magazine>) {
        if page.pointee.free != 0 {
            let number = page.pointee.free
            guard page.pointee.unlinkBlock() != nil else { return }
            page.pointee.used += 1
            magazine.append(MagazineEntry(page, number))
        } else {
            guard page.pointee.untouched != 0 else { return }
            let turn = Variant.randomizedFreeLists ? slowDice.roll(64, &random) : 0
            let number = page.pointee.takeUntouched(turn)
            page.pointee.used += 1
            let isUntouched = prepareUntouched(page, number)
            magazine.append(MagazineEntry(page, number, isUntouched: isUntouched))
        }
        magazine.pointee.outstanding += 1
    }

    /// Readies memory that was never handed out, or given back, for the look for zeros: a first read of an OS page and a
    /// write after it are two faults.
    /// - Returns: true if nobody can have written to the block, and it need not be looked at.
    private func prepareUntouched(_ page: Ref<Page>, _ number: UInt32) -> Bool {
        guard Variant.zeroOnFree else { return true }
        let block = page.pointee.address(of: number)
        let byteCount = UInt(page.pointee.blockByteCount)
        if page.pointee.sizeClass.isSparse {
            return !VirtualMemory.isAnyResident(block, byteCount: byteCount)
        }
        var at = block
        while at.bits < (block + byteCount).bits {
            unsafe at.touch()
            at = (at + Unit.osPage).aligned(down: Unit.osPage)
        }
        return false
    }

    /// free's slow path: puts a block, cleared and not live, into its class's magazine.
    mutating func keep(_ page: Ref<Page>, _ number: UInt32) {
        let sizeClass = page.pointee.sizeClass
        let magazine = magazine(sizeClass)
        if magazine.pointee.isFull { flush(magazine, sizeClass) }
        magazine.append(MagazineEntry(page, number))
    }

    /// Makes room in a full magazine.
    private mutating func flush(_ magazine: Ref<Magazine>, _ sizeClass: SizeClass) {
        setFloor(magazine, sizeClass)
        flush(magazine, to: Swift.min(magazine.pointee.floor + magazine.pointee.floor / 4, Magazine.capacity - 1))
    }

    /// Gives blocks of a magazine, chosen at random, back to their pages, until `count` are left.
    private mutating func flush(_ magazine: Ref<Magazine>, to count: UInt32) {
        while magazine.pointee.count > count {
            let place =
                Variant.randomizedFreeLists
                ? slowDice.roll(Swift.max(1, magazine.pointee.count - 1), &random) : magazine.pointee.choice(0)
            let entry = magazine[place]
            magazine.remove(place)
            // The last one, which was freed last, took the place: back to the end with it.
            if place < magazine.pointee.count { magazine.moveToEnd(place) }
            if wasWritten(entry) { continue }
            magazine.pointee.outstanding -= Swift.min(magazine.pointee.outstanding, 1)
            giveBack(entry)
        }
    }

    /// Looks at a block's first word before its link, or the kernel, takes away what was written there since its free.
    /// - Returns: true after a report; the block stays out of use.
    private func wasWritten(_ entry: MagazineEntry) -> Bool {
        let (page, number) = (entry.page, entry.number)
        let block = page.pointee.address(of: number)
        guard Variant.zeroOnFree, !entry.isUntouched, unsafe block.loadWord() != 0 else { return false }
        page.pointee.reportDamage(number, at: block)
        return true
    }

    private mutating func giveBack(_ entry: MagazineEntry) {
        let (page, number) = (entry.page, entry.number)
        let block = page.pointee.address(of: number)
        if page.pointee.hasOneChunk, entry.isUntouched || (page.pointee.sizeClass.isSparse && purge(block, page)) {
            page.pointee.returnUntouched(number)
            page.pointee.used -= 1
        } else {
            page.pointee.pushLocally(number, at: block)
        }
        if page.pointee.used == 0 { attend(to: page) }
    }

    /// Gives the memory of a free block back, all but the OS pages that it shares; the block must be zero already.
    private func purge(_ block: Address, _ page: Ref<Page>) -> Bool {
        Variant.zeroOnFree && VirtualMemory.purge(blockAt: block, byteCount: UInt(page.pointee.blockByteCount))
    }

    /// Gives back what magazines hold beyond their floors, but for one to hand out.
    mutating func trimMagazines() {
        guard Variant.usesMagazines else { return }
        for index in 0..<UInt8(SizeClass.count) {
            let sizeClass = SizeClass(index: index)
            let magazine = magazine(sizeClass)
            guard magazine.pointee.count != 0 else { continue }
            setFloor(magazine, sizeClass)
            flush(magazine, to: magazine.pointee.floor + 1)
        }
    }

    /// Gives back all that magazines hold.
    mutating func flushAll() {
        guard Variant.usesMagazines else { return }
        for index in 0..<UInt8(SizeClass.count) {
            let sizeClass = SizeClass(index: index)
            flush(magazine(sizeClass), to: 0)
        }
    }

    /// After all pages went.
    func resetMagazines() {
        guard Variant.usesMagazines else { return }
        for index in 0..<UInt8(SizeClass.count) { magazine(SizeClass(index: index)).pointee.outstanding = 0 }
    }

    /// New randomness, where the old one is another thread's or the parent's.
    mutating func reseed() {
        random.seed(salt: address.bits)
        dice.forget()
        slowDice.forget()
        if Variant.sampledGuards { forgetSamples() }
    }
}
