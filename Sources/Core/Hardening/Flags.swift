// The flags that variants differ in: each explained once, here; set in Configs/<Variant>.swift. The folders below this
// one know no flag.

/// What a file in Configs says of its variant. Every flag is a constant: code behind one that is off is not compiled
/// in. `Sources/Core/Core.docc` has a page a mechanism, with what was measured.
protocol Flags {
    /// What `bw_variant()` returns, and options and scripts call the variant.
    static var name: StaticString { get }

    /// OS pages that fault on access, at both ends of every page's run of slices and of large and huge blocks, and
    /// around metadata. Stops: a linear overflow from reaching another page's blocks or any descriptor. By
    /// MADV_GUARD_INSTALL where the kernel has it (Linux 6.13), else by mprotect within the option `guard_budget`; a
    /// guard that cannot be had is counted, and never fails an allocation. Costs: two system calls for each new page,
    /// 8 KiB of address space for each run, no memory.
    static var guardPages: Bool { get }

    /// The links in free blocks are encoded with two secret words of their page and with their own position, checked
    /// when followed, and cleared when the block is handed out. Stops: an overflow or a write after free from making
    /// malloc return a chosen address; a forged link passes with probability 2⁻⁵¹ and stays within its page even then.
    /// Costs: a multiplication for each malloc and each free. Needs `PageKeys == LinkKeys`.
    static var encodedFreeLists: Bool { get }

    /// Two bits of state a block, out of line: every double free, and every free of an address within our pages that
    /// is no live block's start, is found in the call where the frees are ordered, and before the block could be handed
    /// out where they are simultaneous. Stops: double free, free of a chosen address. Costs: a word read and written
    /// for each malloc and each free, and a bit of memory in 64 for 16-byte blocks. Needs `PageStates == BlockStates`.
    static var doubleFreeDetection: Bool { get }

    /// free, realloc and malloc_usable_size of what is no live block's start are violations. Without it they are
    /// ignored and counted; nothing is corrupted either way. Costs nothing.
    static var reportForeignPointers: Bool { get }

    /// memcpy, memmove, memset, strcpy and their kin, the fortified forms too, look whether the destination is in one of
    /// our blocks, and whether that is in use and has room; likewise whether the source is as long as what is read.
    /// Stops: overflows, overreads and uses after free by way of these functions, before they happen, also where they
    /// would jump over a guard or a canary. Not seen: copies that the compiler makes itself, and libc's own. Costs: two
    /// look-ups a copy. Exports those functions: Package.swift names the variants (`guardingCopies`).
    static var guardedCopies: Bool { get }

    /// What encodedFreeLists keeps in each page: `LinkKeys`, or `NoKeys` without it.
    associatedtype PageKeys: LinkCoding
    /// What doubleFreeDetection keeps in each page: `BlockStates`, or `NoBlockStates` without it.
    associatedtype PageStates: BlockStateStorage
}

extension Flags {
    /// What flags need of each other and of the storage chosen for them. Folded by the compiler.
    static var isConsistent: Bool {
        encodedFreeLists == PageKeys.isEncoding && doubleFreeDetection == PageStates.isTracking
    }
}
