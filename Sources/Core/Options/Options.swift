// Run-time options: one table, from which the parser, `help=1` and the documentation come. Read once, at load.
// BULWARK_OPTIONS="name=value:name=value"; ignored in privileged programs (AT_SECURE).

/// One option: its name, what it accepts and what it is for.
enum Option: Int {
    case purgeDelay, guardBudget, madviseGuards, sampleRate, sampleSlots, faultReports

    static var count: Int { 6 }

    /// Calls `body` with every option. (`CaseIterable` would allocate an array.)
    @inline(__always) static func forEach(_ body: (Option) -> Void) {
        for index in 0..<count { if let option = Option(rawValue: index) { body(option) } }
    }

    var name: StaticString {
        switch self {
        case .purgeDelay: "purge_delay"
        case .guardBudget: "guard_budget"
        case .madviseGuards: "madvise_guards"
        case .sampleRate: "sample_rate"
        case .sampleSlots: "sample_slots"
        case .faultReports: "fault_reports"
        }
    }

    /// Used when the option is absent or its value is refused.
    var defaultValue: UInt {
        switch self {
        case .purgeDelay: 100
        case .guardBudget: 16_000
        case .madviseGuards: 1
        case .sampleRate: 5000
        case .sampleSlots: 64
        case .faultReports: 0
        }
    }

    /// The largest value accepted; the least is 0.
    var maximum: UInt {
        switch self {
        case .purgeDelay: 3_600_000
        case .guardBudget: 1_000_000
        case .madviseGuards: 1
        case .sampleRate: 100_000_000
        case .sampleSlots: 10_000
        case .faultReports: 1
        }
    }

    var summary: StaticString {
        switch self {
        case .purgeDelay: "milliseconds before unused memory goes back to the kernel"
        case .guardBudget: "guards made by mprotect (two mappings each) where madvise has none"
        case .madviseGuards: "use MADV_GUARD_INSTALL where the kernel has it"
        case .sampleRate: "one allocation in so many lies between guards; 0: none"
        case .sampleSlots: "sampled blocks that there can be, freed ones that are kept included"
        case .faultReports: "report accesses to any guard, not only those of sampled blocks"
        }
    }
}

/// The values in force. Written while one thread exists, read-only afterwards.
struct Options {
    private var values = InlineArray<6, UInt>(repeating: 0)

    init() {
        for index in 0..<Option.count { values[index] = Option(rawValue: index)?.defaultValue ?? 0 }
    }

    subscript(option: Option) -> UInt {
        get { values[option.rawValue] }
        set { values[option.rawValue] = newValue }
    }
}
