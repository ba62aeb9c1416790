// The values of options that are a choice, in the order of their names in the table; a test compares.

/// `on_violation`: what follows the report of a violation.
enum ViolationPolicy: UInt {
    /// SIGABRT.
    case abort
    /// The program goes on.
    case report
    /// SIGILL at the violation, without SIGABRT's handlers.
    case trap
}

/// `unwinder`: where a backtrace comes from.
enum UnwinderChoice: UInt {
    /// libunwind, opened as the variant's flag unwinderAtLoad says.
    case libunwind
    /// Frame pointers.
    case frames
    /// Nowhere: there are none.
    case off
    /// libunwind, opened when the library is loaded.
    case load

    var usesLibunwind: Bool { self == .libunwind || self == .load }
}

/// `foreign_pointers`: what becomes of a pointer that is in none of our pages.
enum ForeignPointerPolicy: UInt {
    /// What the variant's flag reportForeignPointers says: `report` or `ignore`.
    case auto
    /// It is a violation.
    case report
    /// It is counted.
    case ignore
    /// The next allocator in the process gets it.
    case forward
}

/// `statistics_signal`: at which signal statistics are written.
enum StatisticsSignal: UInt {
    case none, hup, quit, usr1, usr2, urg, winch, io, pwr

    /// The kernel's number of it. Linux, x86-64: `signal(7)`.
    var number: Int32 {
        switch self {
        case .none: 0
        case .hup: 1
        case .quit: 3
        case .usr1: 10
        case .usr2: 12
        case .urg: 23
        case .winch: 28
        case .io: 29
        case .pwr: 30
        }
    }
}

/// `size_mismatch`: what becomes of a sized deallocation whose size is smaller than the requested one.
enum SizeMismatchPolicy: UInt {
    /// One report for each call site, whatever `on_violation` says, and the program goes on.
    case report
    /// It is a violation.
    case abort
    case ignore
}

/// `sample_side`: which end of a sampled block touches a guard.
enum SampleSide: UInt {
    case random, behind, front
}

/// `new_delete_mismatch`, `alignment_mismatch`, `realloc_aligned`: what becomes of a deallocation that does not fit the allocation.
enum MismatchPolicy: UInt {
    /// It is a violation.
    case abort
    /// One report for each call site, whatever `on_violation` says, and the program goes on.
    case report
    case ignore
}
