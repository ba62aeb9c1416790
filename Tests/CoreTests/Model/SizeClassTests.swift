// Size classes: their equations, for every request.

import Testing

@Suite struct SizeClassTests {
    @Test func sizesGrow() {
        let sizes = SizeClass.all.map(\.blockByteCount)
        verify(sizes.count == 88 && sizes.first == 16 && sizes.last == SizeClass.largestByteCount)
        for (smaller, larger) in zip(sizes, sizes.dropFirst()) { verify(smaller < larger) }
        for size in sizes { verify(size % 16 == 0) }  // (1)
    }

    /// (2) and (3), for every request up to the largest.
    @Test func everyRequest() {
        let sizes = SizeClass.all.map(\.blockByteCount)
        var expected = 0
        for byteCount in UInt(0)...SizeClass.largestByteCount {
            let request = max(byteCount, 1)
            if request > sizes[expected] { expected += 1 }
            let sizeClass = SizeClass(holding: byteCount)
            guard Int(sizeClass.index) == expected else {
                verify(false, "class of \(byteCount)")
                return
            }
            let waste = sizes[expected] - request.aligned(up: 16)
            if byteCount > 64 { verify(8 * waste <= sizes[expected], "waste of \(byteCount)") }
        }
        verify(expected == 87)
    }

    /// Each block size is its own class; halves of the sizes between two are the next one's.
    @Test func roundTrip() {
        for sizeClass in SizeClass.all {
            let size = sizeClass.blockByteCount
            verify(SizeClass(holding: size) == sizeClass)
            if size < SizeClass.largestByteCount {
                verify(SizeClass(holding: size + 1).index == sizeClass.index + 1)
            }
        }
    }

    @Test func pagesHoldEnoughBlocks() {
        for sizeClass in SizeClass.all {
            let room = sizeClass.sliceCount * Unit.slice - 2 * Arena.guardByteCount
            verify(room / sizeClass.blockByteCount >= (Variant.randomizedFreeLists ? 48 : 6))
            verify(Variant.randomizedFreeLists || sizeClass.sliceCount.isPowerOfTwo && sizeClass.sliceCount <= 16)
            // No slice more than that takes.
            let less = room &- Unit.slice
            verify(!Variant.randomizedFreeLists || sizeClass.sliceCount == 1 || less / sizeClass.blockByteCount < 48)
            // The arithmetic of number(ofBlockAt:) needs offsets and numbers of few bits.
            verify(UInt32(room / sizeClass.blockByteCount) <= 4096)
        }
    }

    @Test func alignedClasses() {
        for shift in UInt(0)...12 {
            let alignment: UInt = 1 << shift
            for byteCount in stride(from: UInt(0), through: SizeClass.largestByteCount, by: 97) {
                guard let sizeClass = SizeClass(holding: byteCount, alignment: alignment) else {
                    verify(
                        byteCount.aligned(up: alignment) > SizeClass.largestByteCount, "\(byteCount), \(alignment)")
                    continue
                }
                let size = sizeClass.blockByteCount
                verify(size >= byteCount && size % alignment == 0, "\(byteCount), \(alignment)")
                // The least: no smaller class would do.
                let least = SizeClass.all.first {
                    $0.blockByteCount >= max(byteCount, 1) && $0.blockByteCount % alignment == 0
                }
                verify(least == sizeClass, "\(byteCount), \(alignment)")
            }
        }
    }

    @Test func alignedLimits() {
        verify(SizeClass(holding: SizeClass.largestByteCount, alignment: 4096)?.index == 87)
        verify(SizeClass(holding: SizeClass.largestByteCount + 1, alignment: 16) == nil)
        verify(SizeClass(holding: .max, alignment: 4096) == nil)
        verify(SizeClass(holding: 0, alignment: 4096)?.blockByteCount == 4096)
    }
}
