// What each violation is, for those who read it in a list of results.

struct Rule {
    let identifier: String
    let title: String
    let explanation: String

    static let all = [
        Rule(
            identifier: "double-free", title: "Double free",
            explanation: "A block was freed that was free already."),
        Rule(
            identifier: "invalid-free", title: "Invalid free",
            explanation: "free was called with an address that is no block's start."),
        Rule(
            identifier: "realloc-of-freed", title: "Realloc of a freed block",
            explanation: "A block was passed to realloc after it was freed."),
        Rule(
            identifier: "invalid-realloc", title: "Invalid realloc",
            explanation: "realloc was called with an address that is no block's start."),
        Rule(
            identifier: "invalid-usable-size", title: "Invalid malloc_usable_size",
            explanation: "malloc_usable_size was called with an address that is no block's start."),
        Rule(
            identifier: "invalid-heap", title: "Use of an invalid heap",
            explanation: "A heap was used that is gone, is another thread's own, or never was one."),
        Rule(
            identifier: "write-after-free", title: "Write after free",
            explanation: "A block's memory was changed after it was freed."),
        Rule(
            identifier: "overflow", title: "Heap buffer overflow",
            explanation: "Bytes behind a block were changed."),
        Rule(
            identifier: "underflow", title: "Heap buffer underflow",
            explanation: "Bytes in front of a block were changed."),
        Rule(
            identifier: "size-mismatch", title: "Size mismatch in a sized deallocation",
            explanation: "A block was deallocated with another size than it was allocated with."),
        Rule(
            identifier: "mismatched-deallocation", title: "Mismatched deallocation",
            explanation: "A block was deallocated by another family of functions than allocated it."),
        Rule(
            identifier: "alignment-mismatch", title: "Alignment mismatch in a deallocation",
            explanation: "A block was deallocated with another alignment than it was allocated with."),
        Rule(
            identifier: "realloc-of-aligned", title: "Realloc of an aligned block",
            explanation: "A block with an alignment of its own was passed to realloc, which does not keep it."),
        Rule(
            identifier: "copy-overflow", title: "Copy beyond the end of a block",
            explanation: "memcpy or one of its kin was about to leave a block."),
        Rule(
            identifier: "guarded-overflow", title: "Access beyond the end of a block",
            explanation: "An access hit the guard behind a block."),
        Rule(
            identifier: "guarded-underflow", title: "Access before the start of a block",
            explanation: "An access hit the guard in front of a block."),
        Rule(
            identifier: "guarded-use-after-free", title: "Access to freed memory",
            explanation: "An access hit a block that was freed."),
        Rule(
            identifier: "zero-size-access", title: "Access to a zero-size block",
            explanation: "What malloc(0) returned was used."),
        Rule(
            identifier: "leak", title: "Leak",
            explanation: "At the process's end nothing led to these blocks."),
        Rule(
            identifier: "indirect-leak", title: "Indirect leak",
            explanation: "At the process's end nothing but leaked blocks led to these blocks."),
    ]

    /// The rule of a violation; one without explanation for what a newer library may know.
    static func of(_ violation: String) -> Rule {
        all.first { $0.identifier == violation }
            ?? Rule(identifier: violation, title: violation, explanation: violation)
    }
}
