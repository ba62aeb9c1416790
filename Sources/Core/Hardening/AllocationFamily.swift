// Which functions belong together: what new made, delete must end (flag familyChecks). C++: [new.delete.single], [new.delete.array].

import CBulwark

/// The function that a block came from, as far as its deallocation must fit.
enum AllocationFamily: UInt32 {
    /// Not known, or looked at already.
    case unknown
    /// malloc, calloc, realloc, and whatever of libc's calls them.
    case malloc
    /// posix_memalign, aligned_alloc and the like.
    case aligned
    /// operator new.
    case new
    /// operator new[].
    case newArray

    /// As a report says it: allocated by …
    var text: StaticString {
        switch self {
        case .unknown: "an unknown function"
        case .malloc: "malloc"
        case .aligned: "aligned_alloc"
        case .new: "operator new"
        case .newArray: "operator new[]"
        }
    }
}

/// The function that is about to end a block, as abi.h numbers them.
enum Deallocator: UInt32 {
    case free
    case freeSized
    case freeAlignedSized
    case realloc
    case delete
    case deleteArray

    /// As a report says it: freed by …
    var text: StaticString {
        switch self {
        case .free: "free"
        case .freeSized: "free_sized"
        case .freeAlignedSized: "free_aligned_sized"
        case .realloc: "realloc"
        case .delete: "operator delete"
        case .deleteArray: "operator delete[]"
        }
    }
}

/// What a block's record keeps of its allocation beside the thread: ten bits.
struct AllocationOrigin: Equatable {
    let family: AllocationFamily
    /// The alignment that was asked for, a power of two; 0: none was, or 1, which asks for nothing.
    let alignment: UInt

    static var unknown: AllocationOrigin { AllocationOrigin(.unknown) }

    /// - Parameter alignment: what is no power of two, as some functions allow, is rounded up by them.
    init(_ family: AllocationFamily, alignment: UInt = 0) {
        self.family = family
        self.alignment = alignment <= 1 ? 0 : alignment.roundedUpToPowerOfTwo
    }

    /// - Parameter bits: as `bits` gave them.
    init(bits: UInt32) {
        family = AllocationFamily(rawValue: bits & 15) ?? .unknown
        let shift = bits >> 4 & 63
        alignment = shift == 0 ? 0 : 1 << UInt(shift)
    }

    var bits: UInt32 {
        family.rawValue | (alignment == 0 ? 0 : UInt32(truncatingIfNeeded: alignment.trailingZeroBitCount)) << 4
    }

    /// What is wrong if the block is ended like this.
    /// - Parameter claimed: the alignment that the deallocation names; 0: none. Only of those that can name one.
    /// - Returns: nil if nothing is.
    func mismatch(_ deallocator: Deallocator, alignment claimed: UInt) -> Violation? {
        let fits: Bool
        switch family {
        case .unknown: return nil
        case .malloc, .aligned:
            fits = deallocator != .delete && deallocator != .deleteArray
        case .new: fits = deallocator == .delete
        case .newArray: fits = deallocator == .deleteArray
        }
        guard fits else { return .mismatchedDeallocation }
        let claimed = claimed <= 1 ? 0 : claimed
        switch deallocator {
        case .free: return nil
        case .realloc: return family == .aligned ? .reallocationOfAligned : nil
        case .freeSized, .freeAlignedSized, .delete, .deleteArray:
            return claimed == alignment ? nil : .alignmentMismatch
        }
    }
}
