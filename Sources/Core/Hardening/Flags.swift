// The flags that variants differ in: each explained once, here; set in Configs/<Variant>.swift. The folders below this
// one know no flag.

/// What a file in Configs says of its variant. Every flag is a constant: code behind one that is off is not compiled
/// in. `Sources/Core/Core.docc` has a page a mechanism, with what was measured.
protocol Flags: ReportFlags {
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
    /// for each malloc and each free, and a 32nd of memory for 16-byte blocks. Needs `PageStates == BlockStates`.
    static var doubleFreeDetection: Bool { get }

    /// Which free block malloc hands out is chosen at random among 32 or more where the class has as many, on first use as
    /// later, from magazines that lie in metadata; segments, metadata and huge blocks lie at random addresses, guards at
    /// random distances from large blocks. Stops: placing a victim behind an overflowing block, or an object into a freed
    /// one's place, by counting allocations. Costs: a random byte for each malloc, and address space for larger pages.
    /// Needs doubleFreeDetection, whose bits say what is free.
    static var randomizedFreeLists: Bool { get }

    /// Behind each block's requested size stand an 8-byte canary and, up to 64 bytes past it, its repetition; the block's
    /// last word seals the requested size. All are secrets of page and place. Looked at by every free and realloc of the
    /// block, whichever thread's, and by free of the block behind. Stops: overflows by as little as a NUL byte, and
    /// underflows, before what they hit is used again; makes malloc_usable_size exact. Costs: 8 bytes a block, two
    /// multiplications for each free and one for each malloc. Needs `PageKeys == LinkKeys`; without
    /// doubleFreeDetection, the block in front is not looked at.
    static var paddingCanaries: Bool { get }

    /// Blocks of up to 128 KiB are zeroed by free, and looked at when they are handed out again: whatever is not zero was
    /// written after the free. Stops: reading freed secrets, and writes after free from going unnoticed. calloc gets its
    /// zeros for nothing. Costs: a pass over the block for each free and each malloc. Needs quarantine, whose slices come
    /// back zeroed.
    static var zeroOnFree: Bool { get }

    /// A freed block waits with its page until a refill of its class's magazine, or an ended large one behind mprotect (a huge one's
    /// memory moves elsewhere), until others of its like have been handed out: never the next allocation, and with randomizedFreeLists each one with
    /// probability 1/32 at most once 64 blocks of a class exist. An emptied run of slices gives its memory back and serves
    /// again after the purge delay; until then access to it faults, where the kernel has guards that take no mappings.
    /// Stops: a dangling pointer's block from being refilled by the next allocation. Costs: memory of up to 119 free blocks
    /// for each class and thread that uses it. Needs doubleFreeDetection. (randomizedFreeLists has the magazines too; this
    /// flag adds the wait of large blocks and of runs to it.)
    static var quarantine: Bool { get }

    /// Sized deallocations (C++'s sized delete, free_sized, free_aligned_sized) are compared with the requested size.
    /// A larger one is a violation; a smaller one is reported once a call site, by option. Stops: objects deleted as
    /// another type. Exact with paddingCanaries; else only a size above the block's is seen.
    static var sizeChecks: Bool { get }

    /// malloc(0) returns distinct addresses that fault on any access. Stops: writes through what was computed as an empty
    /// array. Costs: nothing for other sizes.
    static var zeroSizeTraps: Bool { get }

    /// free, realloc and malloc_usable_size of what is no live block's start are violations. Without it they are
    /// ignored and counted, but for those that doubleFreeDetection finds in our pages; nothing is corrupted either way. The
    /// option foreign_pointers may say otherwise of what is in none of our pages; its `report` turns the flag on. Costs
    /// nothing.
    static var reportForeignPointers: Bool { get }

    /// A report says where the violation was found, through libunwind or, without it, frame pointers; samples say who
    /// allocated and freed. Costs: nothing until then, but 0.3 ms when the program makes its first thread, to open
    /// libunwind.
    static var backtraces: Bool { get }

    /// libunwind is opened when the library is loaded, not only with the first thread. Costs: 0.3 ms at start.
    static var unwinderAtLoad: Bool { get }

    /// Each block's allocation and free are remembered with their backtraces, which reports of it show. Option
    /// `block_stacks`. Costs: a walk through the stack for each malloc and each free, 24 bytes a block, 60 bytes for each backtrace
    /// that differs. Needs backtraces and doubleFreeDetection, whose numbers of blocks and bits it uses.
    static var blockStacks: Bool { get }

    /// When the process exits, blocks in use that nothing leads to any more are reported, by the backtrace of their allocation:
    /// all writable memory that is not ours is looked through for their addresses, and then the blocks that those lead to.
    /// Options `leak_report`, `leak_status`, `suppressions`. Costs: a pass over the process's memory at its end. Needs blockStacks.
    static var leakReport: Bool { get }

    /// Blocks are looked at when the process exits, and at every Nth allocation by option `check_interval`; and a report of
    /// changed bytes says which was the first, what it should have been, and what surrounds it. (Not for production: the
    /// bytes that should have been there are secrets.) Option `exit_check`. Costs: a pass over all blocks at the end. Needs
    /// paddingCanaries and blockStacks.
    static var heapChecks: Bool { get }

    /// Each block's allocating function is remembered, and compared with the one that ends it: malloc and free, new and delete,
    /// new[] and delete[], with the same alignment where both name one. Options `new_delete_mismatch`, `alignment_mismatch`,
    /// `realloc_aligned`, `suppressions`. Stops: programs that work by chance, where the families share a heap. Costs: a look
    /// at the record for each free. Needs blockStacks, whose records it uses.
    static var familyChecks: Bool { get }

    /// malloc and its kin, new, and what realloc adds give memory that is filled with the byte 0xCA, as much as the option
    /// `fill_bytes` says. With zeroOnFree, freed blocks below 16 KiB are filled with 0xDF instead of zeros. Stops: uninitialised
    /// memory from looking like zeros, and freed memory too; a zero written to a freed block from going unnoticed. Costs: a pass
    /// over the block for each malloc.
    static var fillPatterns: Bool { get }

    /// Blocks of up to 128 KiB that their pages' owner frees wait, in the order of the frees, until as many bytes were freed after
    /// them as the option `quarantine_bytes` says; they are looked at when they leave. Stops: a dangling pointer's block from
    /// being anybody else's for as long. Costs: that memory, and its cold cache lines; a longer way for each free. Needs
    /// quarantine.
    static var longQuarantine: Bool { get }

    /// Under valgrind's memcheck, with `--soname-synonyms=somalloc=nouserintercepts`, which leaves our malloc in place: memcheck is
    /// told of every block, so that it reports accesses outside of blocks and to freed ones, and the use of what was never
    /// written, with the block's stacks. guardedCopies are off there: memcheck sees every access. Costs: elsewhere a test of a
    /// byte for each malloc and each free.
    static var memcheckRequests: Bool { get }

    /// One allocation in 5,000 (option `sample_rate`; 0: none) of at most 4 KiB gets an OS page to itself, between
    /// inaccessible ones, at one end of it or the other at random, and inaccessible itself once it was freed, until
    /// most other slots (option `sample_slots`) were used. Stops: an overflow, underflow or use after free of such a block,
    /// at the access, with the backtraces of its allocation and its free. Wraps sigaction and signal (signals.c). Costs:
    /// two calls of mprotect a sample, nothing on the fast paths; 4 KiB a slot that was used.
    static var sampledGuards: Bool { get }

    /// An access to any guard, not only to a sampled block's, is reported before the process dies of it; where it is
    /// off, the option `fault_reports` turns it on if there are sampledGuards. Costs nothing.
    static var faultReports: Bool { get }

    /// memcpy, memmove, memset, strcpy and their kin, the fortified forms too, look whether the destination is in one of
    /// our blocks, and whether that is in use and has room; likewise whether the source is as long as what is read.
    /// Stops: overflows, overreads and uses after free by way of these functions, before they happen, also where they
    /// would jump over a guard or a canary. Not seen: copies that the compiler makes itself, and libc's own. Costs: two
    /// look-ups a copy. Exports those functions: Package.swift names the variants (`optionalExports`).
    static var guardedCopies: Bool { get }

    /// System calls of the core fail when the options `fail_call` and `fail_one_in` say so: for tests of what it does then, and of
    /// what a program does whose malloc returns NULL. The linker brings the calls to CBulwarkFaults: Package.swift names the
    /// variants (`faultVariants`). Costs: a counter for each system call.
    static var faultInjection: Bool { get }

    /// What encodedFreeLists and paddingCanaries keep in each page: `LinkKeys`, or `NoKeys` without both.
    associatedtype PageKeys: LinkCoding
    /// What doubleFreeDetection keeps in each page: `BlockStates`, or `NoBlockStates` without it.
    associatedtype PageStates: BlockStateStorage
}

extension Flags {
    /// With guardedCopies: shorter ones of memcpy, memmove, memset and their like are not looked at. Most copies are
    /// short, and cost less than the look; a canary finds what little they overflow. 0: all are.
    static var shortestGuardedCopy: Int { 0 }

    /// SIGSEGV is handled, and sigaction and signal are wrapped.
    static var handlesFaults: Bool { sampledGuards || faultReports }

    /// What flags need of each other and of the storage chosen for them. Folded by the compiler.
    static var isConsistent: Bool {
        (encodedFreeLists || paddingCanaries) == PageKeys.isSecret && doubleFreeDetection == PageStates.isTracking
            && (!zeroOnFree || quarantine) && (!quarantine || doubleFreeDetection)
            && (!randomizedFreeLists || doubleFreeDetection) && (!blockStacks || backtraces)
            && (!blockStacks || doubleFreeDetection) && (!leakReport || blockStacks)
            && (!heapChecks || blockStacks) && (!familyChecks || blockStacks) && (!heapChecks || paddingCanaries)
            && (!longQuarantine || quarantine)
    }

    /// A pointer into our memory that is no live block's start is a violation.
    static var reportsMisuse: Bool { reportForeignPointers || doubleFreeDetection }

    /// Freed blocks hold a pattern, not zeros.
    static var fillsFreed: Bool { fillPatterns && zeroOnFree }

    /// Blocks go through magazines: what randomizedFreeLists and quarantine have in common.
    static var usesMagazines: Bool { randomizedFreeLists || quarantine }
}
