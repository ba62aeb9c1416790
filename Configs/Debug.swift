// The debug variant: what developers run in continuous integration.
// What each flag does, stops and costs: Sources/Core/Hardening/Flags.swift.

enum Variant: Flags {
    static var name: StaticString { "debug" }

    static var guardPages: Bool { true }
    static var encodedFreeLists: Bool { true }
    static var randomizedFreeLists: Bool { false }
    static var paddingCanaries: Bool { true }
    static var doubleFreeDetection: Bool { true }
    static var zeroOnFree: Bool { true }
    static var quarantine: Bool { true }
    static var sizeChecks: Bool { true }
    static var zeroSizeTraps: Bool { true }
    static var reportForeignPointers: Bool { true }
    static var backtraces: Bool { true }
    static var unwinderAtLoad: Bool { true }
    static var blockStacks: Bool { true }
    static var leakReport: Bool { true }
    static var heapChecks: Bool { true }
    static var familyChecks: Bool { true }
    static var fillPatterns: Bool { true }
    static var longQuarantine: Bool { true }
    static var memcheckRequests: Bool { true }
    static var sampledGuards: Bool { true }
    static var faultReports: Bool { true }
    static var guardedCopies: Bool { true }
    static var faultInjection: Bool { true }

    typealias PageKeys = LinkKeys
    typealias PageStates = BlockStates
}
