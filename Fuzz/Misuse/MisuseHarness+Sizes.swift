// Deallocations that are of the right block and say something wrong of it: its size, its family, its alignment.

import CBulwark

extension MisuseHarness {
    /// By the form that fits the block, with a size that does not.
    mutating func deallocateWithSize(_ input: inout Input) {
        guard books.count != 0 else { return }
        let index = input.below(books.count)
        let block = books[index]
        let site = 0x2000 + UInt(input.below(8))
        let difference = UInt(1 + input.below(4096))
        let isLarger = input.byte() & 1 != 0 || difference > block.extent
        guard !damages.isNear(block.address) else { return }
        let claimed = isLarger ? block.extent + difference : block.extent - difference
        let ender: Ender =
            switch block.family {
            case .new: .deleteSized
            case .newArray: .deleteArraySized
            case .aligned: .freeAlignedSized
            case .malloc, .unknown: .freeSized
            }
        end(index) { ender.call(block.address, claimed, alignment: block.alignment, site: site) }
        var isReported = Variant.sizeChecks && (isLarger || Variant.paddingCanaries)
        // A class with trailing storage is deleted with too small a size each time: reported once for each place.
        if isReported, !isLarger { isReported = reportedSites.insert(site).inserted }
        expectReport(
            isReported ? [.sizeMismatch] : [], at: block.address, "\(ender) of \(block.extent) as \(claimed)")
    }

    /// By any of the functions, with the right size.
    mutating func deallocateByAnotherFamily(_ input: inout Input) {
        guard books.count != 0 else { return }
        let index = input.below(books.count)
        let block = books[index]
        let ender = Ender.allCases[input.below(Ender.allCases.count)]
        let alignment = input.byte() & 1 != 0 ? block.alignment : UInt(input.below(3)) * 32
        guard !damages.isNear(block.address) else { return }
        let kind = Allocator.shared.page(covering: block.address)?.pointee.kind
        let isRecorded = Ender.areFamiliesNoted && kind != .sampled && kind != .trap
        end(index) { ender.call(block.address, block.extent, alignment: alignment) }
        let mismatch = isRecorded ? Self.mismatch(block, ender, alignment) : nil
        expectReport(
            mismatch.map { [$0] } ?? [], at: block.address,
            "\(ender) (\(alignment)) of \(block.family) (\(block.alignment))")
    }

    /// The table of Core.docc/Families.
    private static func mismatch(_ block: ShadowBlock, _ ender: Ender, _ alignment: UInt) -> Violation? {
        let fits: [Ender]
        switch block.family {
        case .malloc, .aligned, .unknown: fits = [.free, .freeSized, .freeAlignedSized, .reallocZero]
        case .new: fits = [.delete, .deleteSized]
        case .newArray: fits = [.deleteArray, .deleteArraySized]
        }
        guard fits.contains(ender) else { return .mismatchedDeallocation }
        // free and realloc(p, 0) name no alignment, and may end anything of malloc's.
        guard ender != .free, ender != .reallocZero else { return nil }
        let claimed = ender == .freeSized ? 0 : alignment
        func named(_ alignment: UInt) -> UInt { alignment <= 1 ? 0 : alignment.roundedUpToPowerOfTwo }
        return claimed == named(block.alignment) || (claimed <= 1 && named(block.alignment) == 0)
            ? nil : .alignmentMismatch
    }
}
