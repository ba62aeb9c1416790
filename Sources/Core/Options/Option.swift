// The table of run-time options: the parser, `help=1` and README's section all come from it.

/// One option; its raw value is its row in the table and its place in `Options`.
enum Option: Int {
    case purgeDelay, guardBudget, madviseGuards
    case onViolation, reportFile, reportDescriptor, jsonFile, jsonDescriptor
    case unwinder, backtraceDepth, blockStacks, leakReport, leakStatus, exitCheck, checkInterval
    case violationStatus, profileFile, traceFile, statistics, mapFile, statisticsSignal, suppressions
    case metricsFile, metricsInterval
    case newDeleteMismatch, alignmentMismatch, reallocAligned, fillBytes, quarantineBytes
    case sampleRate, sampleSlots, sampleLeast, sampleMost, sampleSide, sampleSites, faultReports
    case foreignPointers, sizeMismatch, guardedCopies
    case failCall, failCount, failOneIn, failSeed

    static var count: Int { 43 }

    /// Calls `body` with every option. (`CaseIterable` would allocate an array.)
    @inline(__always) static func forEach(_ body: (Option) -> Void) {
        for index in 0..<count { if let option = Option(rawValue: index) { body(option) } }
    }

    /// The option's row. Folded by the compiler where the option is a constant.
    var row: OptionRow {
        switch self {
        case .purgeDelay:
            .number(
                "purge_delay", to: 3_600_000, default: 100,
                "milliseconds before unused memory goes back to the kernel")
        case .guardBudget:
            .number(
                "guard_budget", to: 1_000_000, default: 16_000, needs: .guardPages,
                "guards made by mprotect (two mappings each) where madvise has none")
        case .madviseGuards:
            .toggle(
                "madvise_guards", default: 1, needs: .guardPages, "use MADV_GUARD_INSTALL where the kernel has it")
        case .onViolation:
            .choice(
                "on_violation", "abort|report|trap", default: 0,
                "end by SIGABRT after a report, go on after it, or stop by a trap instruction for a debugger")
        case .reportFile:
            .path("report_file", "reports are appended to this file too; %p in its name is the process's id")
        case .reportDescriptor:
            .number("report_fd", to: 65_535, default: 2, "file descriptor that reports are written to; 0: to none")
        case .jsonFile:
            .path("json_file", "reports are appended to this file as JSON, one object a line; %p as above")
        case .jsonDescriptor:
            .number(
                "json_fd", to: 65_535, default: 0, "file descriptor that reports are written to as JSON; 0: to none")
        case .unwinder:
            .choice(
                "unwinder", "libunwind|frames|off|load", default: 0, needs: .backtraces,
                "how backtraces are taken: by libunwind, by frame pointers alone, or not at all; load: open it at once"
            )
        case .backtraceDepth:
            .number("backtrace_depth", to: 32, default: 16, needs: .backtraces, "frames of a backtrace")
        case .blockStacks:
            .toggle("block_stacks", default: 1, needs: .blockStacks, "remember who allocated and freed each block")
        case .leakReport:
            .toggle("leak_report", default: 1, needs: .leakReport, "report blocks at exit that nothing leads to")
        case .leakStatus:
            .number(
                "leak_status", to: 255, default: 0, needs: .leakReport,
                "exit status if there are such blocks; 0: the program's own")
        case .exitCheck:
            .toggle("exit_check", default: 1, needs: .heapChecks, "look at all blocks when the process exits")
        case .checkInterval:
            .number(
                "check_interval", to: 999_999_999, default: 0, needs: .heapChecks,
                "look at all blocks at every so many allocations; 0: never")
        case .violationStatus:
            .number(
                "violation_status", to: 255, default: 1, needs: .heapChecks,
                "exit status if the program went on after violations; 0: its own")
        case .profileFile:
            .path(
                "profile_file", needs: .blockStacks,
                "at exit the blocks in use are written to this file by call site, for pprof; %p as above")
        case .traceFile:
            .path(
                "trace_file", needs: .blockStacks,
                "every allocation and free is appended to this file, a line each; %p as above")
        case .statistics:
            .toggle(
                "statistics", default: 0, needs: .blockStacks, "at exit a table of blocks by their size is written")
        case .mapFile:
            .path(
                "map_file", needs: .blockStacks,
                "at exit a map of segments, pages and their blocks is written to this file as JSON, for `bulwark map`; %p as above"
            )
        case .statisticsSignal:
            .choice(
                "statistics_signal", "none|hup|quit|usr1|usr2|urg|winch|io|pwr", default: 0,
                "at this signal what metrics_file names is written, and in debug the table of statistics and what profile_file and map_file name"
            )
        case .suppressions:
            .path(
                "suppressions", needs: .blockStacks,
                "a file of lines leak:TEXT and mismatch:TEXT; what has such a text in a frame is not reported")
        case .metricsFile:
            .path(
                "metrics_file",
                "statistics are written to this file in Prometheus' text format, at intervals and at exit; %p as above"
            )
        case .metricsInterval:
            .number(
                "metrics_interval", to: 86_400, default: 15,
                "seconds between two writes of metrics_file, which is written as the program allocates; 0: at exit alone"
            )
        case .newDeleteMismatch:
            .choice(
                "new_delete_mismatch", "abort|report|ignore", default: 0, needs: .familyChecks,
                "malloc, new and new[] ended by another's free, delete or delete[]: a violation, reported once a call site, or nothing"
            )
        case .alignmentMismatch:
            .choice(
                "alignment_mismatch", "abort|report|ignore", default: 0, needs: .familyChecks,
                "the same for a deallocation with another alignment than the allocation's")
        case .reallocAligned:
            .choice(
                "realloc_aligned", "abort|report|ignore", default: 2, needs: .familyChecks,
                "the same for realloc of a block that was allocated with an alignment, which it loses")
        case .fillBytes:
            .number(
                "fill_bytes", to: 999_999_999, default: 4096, needs: .fillPatterns,
                "so many bytes of fresh memory are filled with 0xCA, of each block")
        case .quarantineBytes:
            .number(
                "quarantine_bytes", to: 999_999_999, default: 16 << 20, needs: .longQuarantine,
                "so many bytes of freed blocks wait before they serve again, all threads together")
        case .sampleRate:
            .number(
                "sample_rate", to: 100_000_000, default: 5000, needs: .sampledGuards,
                "one allocation in so many is put on guarded OS pages of its own; 0: none is")
        case .sampleSlots:
            .number(
                "sample_slots", from: 1, to: 65_536, default: 64, needs: .sampledGuards,
                "sampled blocks that are kept at a time, freed ones included")
        case .sampleLeast:
            .number(
                "sample_least", to: 131_072, default: 0, needs: .sampledGuards,
                "smaller requests than this are not sampled, in bytes")
        case .sampleMost:
            .number(
                "sample_most", to: 131_072, default: 4096, needs: .sampledGuards,
                "larger requests than this are not sampled, in bytes")
        case .sampleSide:
            .choice(
                "sample_side", "random|behind|front", default: 0, needs: .sampledGuards,
                "the side on which a sampled block touches a guard: overflows or underflows fault at once")
        case .sampleSites:
            .path(
                "sample_sites", needs: .sampledGuards,
                "a file of lines site:TEXT; only allocations with such a text in a frame are sampled")
        case .faultReports:
            .toggle(
                "fault_reports", default: 0, needs: .faultReports,
                "report an access to any guard, not to a sampled block's alone")
        case .foreignPointers:
            .choice(
                "foreign_pointers", "auto|report|ignore|forward", default: 0,
                "a pointer that is not ours: a violation, ignored, or for the next allocator; auto: as in the variant's flags"
            )
        case .sizeMismatch:
            .choice(
                "size_mismatch", "report|abort|ignore", default: 0, needs: .sizeChecks,
                "a sized deallocation with too small a size: reported once a call site, a violation, or nothing")
        case .guardedCopies:
            .toggle(
                "guarded_copies", default: 1, needs: .guardedCopies,
                "memcpy and its kin check that source and destination have room")
        case .failCall:
            .number(
                "fail_call", to: 999_999_999, default: 0, needs: .faultInjection,
                "for tests: the system call of the library with this number, counted from here on, fails; 0: none")
        case .failCount:
            .number(
                "fail_count", from: 1, to: 999_999_999, default: 1, needs: .faultInjection,
                "how many calls in a row fail, from that one on")
        case .failOneIn:
            .number(
                "fail_one_in", to: 999_999_999, default: 0, needs: .faultInjection,
                "one call in so many fails besides, at random; 0: none")
        case .failSeed:
            .number(
                "fail_seed", to: 999_999_999, default: 1, needs: .faultInjection,
                "where the random numbers of fail_one_in start")
        }
    }
}

extension Option {
    var name: StaticString { row.name }
    /// Used when the option is absent or its value is refused.
    var defaultValue: UInt { row.defaultValue }
}
