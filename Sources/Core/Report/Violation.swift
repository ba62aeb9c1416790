// What can be wrong with a program's use of memory.

/// A misuse of memory that was found. The text is the first line's, which scripts look for: it never changes.
enum Violation: UInt8 {
    /// free of a block that was freed before and has not been handed out again.
    case doubleFree
    /// free of an address that is no live block's start: inside a block, or not ours at all.
    case invalidFree
    /// realloc of a block that was freed before.
    case reallocationOfFreed
    /// realloc of an address that is no live block's start.
    case invalidReallocation
    /// malloc_usable_size of an address that is no live block's start.
    case invalidUsableSize
    /// A heap was used that the program deleted or destroyed, that is another thread's own, or that never was one.
    case invalidHeap
    /// A free block is not as it was left: a write after its free, or one that went astray.
    case writeAfterFree
    /// The bytes behind a block's requested size were changed.
    case overflow
    /// The bytes right in front of a block were changed, and not from the block in front.
    case underflow
    /// A sized deallocation named another size than the block was requested with.
    case sizeMismatch
    /// A block was ended by another family of functions than it came from: new and free, malloc and delete, new[] and delete.
    case mismatchedDeallocation
    /// A deallocation named another alignment than the allocation, or only one of the two named one.
    case alignmentMismatch
    /// realloc of a block that was allocated with an alignment, which the new block need not have.
    case reallocationOfAligned
    /// memcpy or one of its kin was about to write, or read, past the end of a block.
    case copyOverflow
    /// An access past the end of a sampled block, stopped by its guard.
    case guardedOverflow
    /// An access in front of a sampled block, stopped by its guard.
    case guardedUnderflow
    /// An access to a sampled block after its free, or a copy out of a freed block.
    case guardedUseAfterFree
    /// An access through what malloc(0) returned.
    case zeroSizeAccess

    var text: StaticString {
        switch self {
        case .doubleFree: "double free of "
        case .invalidFree: "invalid free of "
        case .reallocationOfFreed: "realloc of freed "
        case .invalidReallocation: "invalid realloc of "
        case .invalidUsableSize: "invalid malloc_usable_size of "
        case .invalidHeap: "use of invalid heap "
        case .writeAfterFree: "write into freed memory at "
        case .overflow: "buffer overflow of "
        case .underflow: "buffer underflow of "
        case .sizeMismatch: "size mismatch in sized deallocation of "
        case .mismatchedDeallocation: "mismatched deallocation of "
        case .alignmentMismatch: "alignment mismatch in deallocation of "
        case .reallocationOfAligned: "realloc of aligned "
        case .copyOverflow: "copy beyond the end of "
        case .guardedOverflow: "access beyond the end of "
        case .guardedUnderflow: "access before the start of "
        case .guardedUseAfterFree: "access to freed "
        case .zeroSizeAccess: "access to zero-size "
        }
    }

    /// What reports in JSON call it: never changes either.
    var identifier: StaticString {
        switch self {
        case .doubleFree: "double-free"
        case .invalidFree: "invalid-free"
        case .reallocationOfFreed: "realloc-of-freed"
        case .invalidReallocation: "invalid-realloc"
        case .invalidUsableSize: "invalid-usable-size"
        case .invalidHeap: "invalid-heap"
        case .writeAfterFree: "write-after-free"
        case .overflow: "overflow"
        case .underflow: "underflow"
        case .sizeMismatch: "size-mismatch"
        case .mismatchedDeallocation: "mismatched-deallocation"
        case .alignmentMismatch: "alignment-mismatch"
        case .reallocationOfAligned: "realloc-of-aligned"
        case .copyOverflow: "copy-overflow"
        case .guardedOverflow: "guarded-overflow"
        case .guardedUnderflow: "guarded-underflow"
        case .guardedUseAfterFree: "guarded-use-after-free"
        case .zeroSizeAccess: "zero-size-access"
        }
    }
}
