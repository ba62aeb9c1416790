// The release variant: as fast as the core can be.
// What each flag does, stops and costs: Sources/Core/Hardening/Flags.swift.

enum Variant: Flags {
    static var name: StaticString { "release" }

    static var guardPages: Bool { false }
    static var encodedFreeLists: Bool { false }
    static var randomizedFreeLists: Bool { false }
    static var paddingCanaries: Bool { false }
    static var doubleFreeDetection: Bool { false }
    static var zeroOnFree: Bool { false }
    static var quarantine: Bool { false }
    static var sizeChecks: Bool { false }
    static var zeroSizeTraps: Bool { false }
    static var reportForeignPointers: Bool { false }
    static var backtraces: Bool { false }
    static var unwinderAtLoad: Bool { false }
    static var blockStacks: Bool { false }
    static var leakReport: Bool { false }
    static var heapChecks: Bool { false }
    static var familyChecks: Bool { false }
    static var fillPatterns: Bool { false }
    static var longQuarantine: Bool { false }
    static var memcheckRequests: Bool { false }
    static var sampledGuards: Bool { false }
    static var faultReports: Bool { false }
    static var guardedCopies: Bool { false }
    static var faultInjection: Bool { false }

    typealias PageKeys = NoKeys
    typealias PageStates = NoBlockStates
}
