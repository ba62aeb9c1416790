// What a row of the table of options consists of.

/// What an option accepts.
enum OptionKind {
    /// A decimal number within a range.
    case number(least: UInt, most: UInt)
    /// One of the names, which stand in one text with bars between them; the value is the name's position.
    case choice(names: StaticString)
    /// 0 or 1.
    case toggle
    /// An absolute path. The value is its byte count, 0 if there is none.
    case path

    /// What a text means to an option that takes no path; nil if it is not accepted.
    func value(of text: OptionText) -> UInt? {
        switch self {
        case .number(let least, let most):
            guard let number = text.number, number >= least, number <= most else { return nil }
            return number
        case .toggle:
            guard let number = text.number, text.byteCount == 1, number <= 1 else { return nil }
            return number
        case .choice(let names): return text.position(in: names)
        case .path: return nil
        }
    }
}

/// What an option may need of a variant. Where it is absent, the option is accepted with a warning and has no effect.
enum Mechanism: Int {
    case guardPages, backtraces, blockStacks, leakReport, heapChecks, familyChecks, fillPatterns, longQuarantine
    case sampledGuards, faultReports
    case sizeChecks, guardedCopies, faultInjection

    /// As the flags in Hardening/Flags.swift are called.
    var name: StaticString {
        switch self {
        case .guardPages: "guardPages"
        case .backtraces: "backtraces"
        case .blockStacks: "blockStacks"
        case .leakReport: "leakReport"
        case .heapChecks: "heapChecks"
        case .familyChecks: "familyChecks"
        case .fillPatterns: "fillPatterns"
        case .longQuarantine: "longQuarantine"
        case .sampledGuards: "sampledGuards"
        case .faultReports: "faultReports"
        case .sizeChecks: "sizeChecks"
        case .guardedCopies: "guardedCopies"
        case .faultInjection: "faultInjection"
        }
    }
}

/// A set of mechanisms: what a variant has.
struct Mechanisms {
    private var bits: UInt = 0

    init() {}

    mutating func insert(_ mechanism: Mechanism) { bits |= 1 << UInt(mechanism.rawValue) }
    func contains(_ mechanism: Mechanism) -> Bool { bits & 1 << UInt(mechanism.rawValue) != 0 }
}

/// One option's name, what it accepts, and what it is for.
struct OptionRow {
    let name: StaticString
    let kind: OptionKind
    let defaultValue: UInt
    /// nil: every variant has it.
    let needs: Mechanism?
    let summary: StaticString

    static func number(
        _ name: StaticString, from least: UInt = 0, to most: UInt, default value: UInt, needs: Mechanism? = nil,
        _ summary: StaticString
    ) -> OptionRow {
        OptionRow(
            name: name, kind: .number(least: least, most: most), defaultValue: value, needs: needs, summary: summary)
    }

    static func choice(
        _ name: StaticString, _ names: StaticString, default value: UInt, needs: Mechanism? = nil,
        _ summary: StaticString
    ) -> OptionRow {
        OptionRow(name: name, kind: .choice(names: names), defaultValue: value, needs: needs, summary: summary)
    }

    static func toggle(
        _ name: StaticString, default value: UInt, needs: Mechanism? = nil, _ summary: StaticString
    ) -> OptionRow {
        OptionRow(name: name, kind: .toggle, defaultValue: value, needs: needs, summary: summary)
    }

    static func path(_ name: StaticString, needs: Mechanism? = nil, _ summary: StaticString) -> OptionRow {
        OptionRow(name: name, kind: .path, defaultValue: 0, needs: needs, summary: summary)
    }
}
