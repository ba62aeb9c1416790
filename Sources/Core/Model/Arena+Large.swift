// Guards of large blocks (flag guardPages): all of their run that is not theirs.

extension Arena {
    /// Where the run of a page in a segment begins.
    func runStart(of page: Ref<Page>) -> Address {
        page.pointee.segment?.pointee.address(ofSlice: UInt(page.pointee.sliceIndex)) ?? Address(0)
    }

    /// How much of a large block's run lies in front of it, and behind, beyond the guard that it needs: at random, so that
    /// the distance to what lies there is not known.
    mutating func drawLargeMargins() -> (front: UInt, back: UInt) {
        guard Variant.guardPages else { return (0, 0) }
        guard Variant.randomizedFreeLists else { return (Unit.osPage, Unit.osPage) }
        let word = drawWord()
        return ((UInt(word & 15) + 1) * Unit.osPage, (UInt(word >> 4 & 15) + 1) * Unit.osPage)
    }

    /// Puts guards on both sides of the block of a page that lies in the run at `start`. What cannot be had is counted.
    mutating func installLargeGuards(_ page: Ref<Page>, _ start: Address, _ byteCount: UInt) {
        guard Variant.guardPages else { return }
        let end = page.pointee.origin + page.pointee.byteCount
        let front = guards.pointee.install(start, byteCount: page.pointee.origin.offset(from: start))
        let back = guards.pointee.install(end, byteCount: (start + byteCount).offset(from: end))
        page.pointee.guardCount = (front ? 1 : 0) + (back ? 1 : 0)
    }

    /// - Returns: false if the kernel refused: the run must not be used again.
    mutating func removeLargeGuards(_ page: Ref<Page>, _ start: Address, _ byteCount: UInt) -> Bool {
        guard Variant.guardPages, page.pointee.guardCount != 0 else { return true }
        let count = UInt(page.pointee.guardCount)
        return guards.pointee.remove(start, byteCount: byteCount, guardCount: count)
    }
}
