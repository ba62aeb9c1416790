// Large blocks of classes: zeroed and looked through without faulting in what nobody touched.

import Synchronization
import Testing

@Suite struct PageSparseTests {
    private func make(_ byteCount: UInt) throws -> (page: Ref<Page>, number: UInt32, block: Address) {
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: byteCount))
        page.extend(by: 5)
        // Not the first: its first OS page has no neighbour.
        _ = try require(page.take(1))
        let number = page.first
        return (page, number, try require(page.take(page.pointee.roomByteCount)))
    }

    @Test func sparsePagesHaveFewBlocks() {
        for sizeClass in SizeClass.all where sizeClass.isSparse {
            let (page, _) = TestAllocator.page(TestAllocator.make(), sizeClass)
            verify(page.blockCount < 64 && sizeClass.blockByteCount / Unit.osPage + 1 < 64)
        }
    }

    /// Every set of a few touched OS pages: all of the block is zero afterwards, and no more is in memory than before.
    @Test(arguments: [20_000, 65_000, 120_000] as [UInt]) func zeroing(_ byteCount: UInt) throws {
        guard Variant.zeroOnFree else { return }
        var random = TestRandom(stream: 190)
        for round in 0..<60 {
            let (page, number, block) = try make(byteCount)
            let size = UInt(page.pointee.blockByteCount)
            let room = page.pointee.roomByteCount
            for _ in 0..<round % 7 {
                let offset = random.below(room - 40)
                for index in 0..<random.below(40) { (block + offset + index).byte = 0xEE }
            }
            let start = block.aligned(up: Unit.osPage)
            let length = (block + size).aligned(down: Unit.osPage).offset(from: start)
            let before = MemoryProbe.residentCount(start, byteCount: length)
            if round % 2 == 0 {
                verify(page.takeBackLive(number, at: block))
            } else {
                verify(page.pointee.pushRemotely(number, at: block) == .pushed)
                page.pointee.collectThreadFree()
            }
            verify(MemoryProbe.residentCount(start, byteCount: length) <= before)
            verify(page.pointee.isZeroSparsely(number, at: block))
            verify(MemoryProbe.residentCount(start, byteCount: length) <= before)
            verify(MemoryProbe.isZero(block, byteCount: size))
        }
    }

    /// Whole or in part in memory, asked for the first time or again: a changed byte is found wherever it is.
    @Test(arguments: [20_000, 65_000, 120_000] as [UInt]) func everyChangedByte(_ byteCount: UInt) throws {
        guard Variant.zeroOnFree else { return }
        for isWhole in [false, true] {
            let (page, number, block) = try make(byteCount)
            let size = UInt(page.pointee.blockByteCount)
            if isWhole {
                let room = Int(page.pointee.roomByteCount)
                unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: room)
            }
            verify(page.takeBackLive(number, at: block))
            for offset in stride(from: UInt(0), to: size, by: 499) + [size - 1] {
                verify(page.pointee.isZeroSparsely(number, at: block), "before +\(offset)")
                (block + offset).byte = 1
                verify(!page.pointee.isZeroSparsely(number, at: block), "+\(offset)")
                (block + offset).byte = 0
            }
        }
    }

    /// What was whole in memory and was given back is asked of anew.
    @Test func afterAPurge() throws {
        guard Variant.zeroOnFree, Variant.usesMagazines else { return }
        let (page, number, block) = try make(100_000)
        let room = Int(page.pointee.roomByteCount)
        unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: room)
        verify(page.takeBackLive(number, at: block))
        verify(page.pointee.isZeroSparsely(number, at: block))
        page.pointee.returnFromMagazine(number, isUntouched: false)
        _ = page.pointee.purgeAvailable()
        verify(page.pointee.isZeroSparsely(number, at: block))
        let middle = block.aligned(up: Unit.osPage) + Unit.osPage
        verify(MemoryProbe.residentCount(middle, byteCount: 65_536) == 0)
    }

    /// A block that another thread freed and found whole is zeroed whole the next time, whoever frees it; and one that is wrongly
    /// believed to be so.
    @Test func wholeForEverybody() throws {
        guard Variant.zeroOnFree else { return }
        let (page, number, block) = try make(100_000)
        let room = Int(page.pointee.roomByteCount)
        unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: room)
        verify(page.pointee.extentWord.load(ordering: .relaxed) == 0)
        verify(page.pointee.pushRemotely(number, at: block) == .pushed)
        verify(page.pointee.extentWord.load(ordering: .relaxed) == 1 << UInt(number))
        page.pointee.collectThreadFree()
        let middle = block.aligned(up: Unit.osPage) + Unit.osPage
        verify(VirtualMemory.purge(middle, byteCount: 65_536))
        verify(page.pointee.isZeroSparsely(number, at: block))
        unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 0xEE, count: 20_000)
        page.pointee.zeroSparsely(number, at: block, 100_000)
        verify(MemoryProbe.isZero(block, byteCount: UInt(page.pointee.blockByteCount)))
    }
}
