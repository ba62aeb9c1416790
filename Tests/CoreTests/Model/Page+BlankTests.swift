// What free blocks hold: pattern or zeros, by class and by whether they ever served.

import Testing

@Suite struct PageBlankTests {
    @Test func byClass() {
        for sizeClass in SizeClass.all {
            let (page, _) = TestAllocator.page(TestAllocator.make(), sizeClass)
            let isPattern = Variant.fillsFreed && sizeClass.blockByteCount < 16 << 10
            verify(page.pointee.blank == (isPattern ? 0xDFDF_DFDF_DFDF_DFDF : 0), "\(sizeClass.blockByteCount)")
        }
    }

    /// In memory that never served there are zeros until the block goes to a magazine; then each word is the pattern.
    @Test func untouched() {
        guard Variant.fillsFreed else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 64))
        page.pointee.openChunk()
        verify(page.pointee.blankWord(1) == 0)
        page.pointee.blankUntouched(0b1010, ofChunk: 0)
        for number: UInt32 in 1...4 {
            let isFilled = page.isBlank(page.pointee.address(of: number), 64)
            verify(isFilled == [1, 3].contains(number), "block \(number)")
        }
        page.pointee.states.take(0b1010, ofChunk: 0)
        verify(page.pointee.blankWord(1) == page.pointee.blank && page.pointee.blankWord(2) == 0)
    }

    @Test func bytes() {
        guard Variant.zeroOnFree else { return }
        let (page, start) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 256))
        let block = start + Unit.osPage
        for offset in UInt(0)..<17 {
            for count in UInt(0)..<33 {
                unsafe block.fill(byteCount: 64, withByte: 0x11)
                page.pointee.blankBytes(block + offset, count)
                verify(count == 0 || page.isBlank(block + offset, count))
                verify((block + offset + count).byte == 0x11 && (offset == 0 || (block + offset - 1).byte == 0x11))
            }
        }
    }
}
