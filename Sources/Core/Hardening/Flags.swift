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

    /// One allocation in 5,000 (option `sample_rate`; 0: none) of at most 4 KiB gets an OS page to itself, between
    /// inaccessible ones, at one end of it or the other at random, and inaccessible itself once it was freed, until
    /// most other slots (option `sample_slots`) were used. Stops: an overflow, underflow or use after free of such a block,
    /// at the access, with the backtraces of its allocation and its free. Wraps sigaction and signal (signals.c). Costs:
    /// two calls of mprotect a sample, nothing on the fast paths; 4 KiB a slot that was used.
    static var sampledGuards: Bool { get }

    /// An access to any guard, not only to a sampled block's, is reported before the process dies of it; where it is
    /// off, the option `fault_reports` turns it on if there are sampledGuards. Costs nothing.
    static var faultReports: Bool { get }

    /// What encodedFreeLists keeps in each page: `LinkKeys`, or `NoKeys` without it.
    associatedtype PageKeys: LinkCoding
    /// What doubleFreeDetection keeps in each page: `BlockStates`, or `NoBlockStates` without it.
    associatedtype PageStates: BlockStateStorage
}

extension Flags {
    /// SIGSEGV is handled, and sigaction and signal are wrapped.
    static var handlesFaults: Bool { sampledGuards || faultReports }

    /// What flags need of each other and of the storage chosen for them. Folded by the compiler.
    static var isConsistent: Bool {
        encodedFreeLists == PageKeys.isEncoding && doubleFreeDetection == PageStates.isTracking
    }
}
