import Testing

@Suite struct AllocationFamilyTests {
    private let families: [AllocationFamily] = [.unknown, .malloc, .aligned, .new, .newArray]
    private let deallocators: [Deallocator] = [.free, .freeSized, .freeAlignedSized, .realloc, .delete, .deleteArray]

    /// What the standards of C and C++ say of each pair where no alignment is named.
    @Test func everyPair() {
        for family in families {
            for deallocator in deallocators {
                let isDelete = deallocator == .delete || deallocator == .deleteArray
                let expected: Violation?
                switch family {
                case .unknown: expected = nil
                case .malloc: expected = isDelete ? .mismatchedDeallocation : nil
                case .aligned:
                    expected =
                        isDelete ? .mismatchedDeallocation : deallocator == .realloc ? .reallocationOfAligned : nil
                case .new: expected = deallocator == .delete ? nil : .mismatchedDeallocation
                case .newArray: expected = deallocator == .deleteArray ? nil : .mismatchedDeallocation
                }
                let found = AllocationOrigin(family).mismatch(deallocator, alignment: 0)
                verify(found == expected, "\(family) \(deallocator)")
            }
        }
    }

    @Test func alignmentsMustBeTheSame() {
        for shift in 1..<48 {
            let alignment: UInt = 1 << UInt(shift)
            for (family, deallocator) in [
                (AllocationFamily.new, Deallocator.delete), (.newArray, .deleteArray), (.aligned, .freeAlignedSized),
            ] {
                let origin = AllocationOrigin(family, alignment: alignment)
                verify(origin.mismatch(deallocator, alignment: alignment) == nil)
                for other in [0, alignment / 2, alignment * 2] {
                    verify(origin.mismatch(deallocator, alignment: other) == .alignmentMismatch, "\(other)")
                }
            }
            // free and realloc name none.
            verify(AllocationOrigin(.aligned, alignment: alignment).mismatch(.free, alignment: 0) == nil)
        }
        verify(AllocationOrigin(.new).mismatch(.delete, alignment: 16) == .alignmentMismatch)
        verify(AllocationOrigin(.new, alignment: 1).mismatch(.delete, alignment: 0) == nil)
        verify(AllocationOrigin(.new).mismatch(.delete, alignment: 1) == nil)
    }

    @Test func tenBits() {
        for family in families {
            for alignment in [0] + (1..<63).map({ 1 << UInt($0) as UInt }) {
                let origin = AllocationOrigin(family, alignment: alignment)
                verify(origin.bits < 1 << 10)
                verify(AllocationOrigin(bits: origin.bits) == origin)
            }
        }
        // As aligned_alloc rounds them.
        verify(AllocationOrigin(.aligned, alignment: 48).alignment == 64)
    }

    @Test func numbersAreThoseOfC() {
        verify(AllocationFamily.new.rawValue == 3 && AllocationFamily.newArray.rawValue == 4)
        verify(Deallocator.freeSized.rawValue == 1 && Deallocator.freeAlignedSized.rawValue == 2)
        verify(Deallocator.delete.rawValue == 4 && Deallocator.deleteArray.rawValue == 5)
    }
}
