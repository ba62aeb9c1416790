// The secure variant: what operators preload in production.
// What each flag does, stops and costs: Sources/Core/Hardening/Flags.swift.

enum Variant: Flags {
    static var name: StaticString { "secure" }

    static var guardPages: Bool { true }
    static var encodedFreeLists: Bool { true }
    static var randomizedFreeLists: Bool { true }
    static var paddingCanaries: Bool { true }
    static var doubleFreeDetection: Bool { true }
    static var zeroOnFree: Bool { true }
    static var quarantine: Bool { true }
    static var sizeChecks: Bool { true }
    static var zeroSizeTraps: Bool { true }
    static var reportForeignPointers: Bool { true }
    static var backtraces: Bool { true }
    static var unwinderAtLoad: Bool { false }
    static var blockStacks: Bool { false }
    static var leakReport: Bool { false }
    static var heapChecks: Bool { false }
    static var familyChecks: Bool { false }
    static var fillPatterns: Bool { false }
    static var longQuarantine: Bool { false }
    static var memcheckRequests: Bool { false }
    static var sampledGuards: Bool { true }
    static var faultReports: Bool { false }
    static var guardedCopies: Bool { true }
    static var faultInjection: Bool { false }
    static var shortestGuardedCopy: Int { 65 }

    typealias PageKeys = LinkKeys
    typealias PageStates = BlockStates
}
