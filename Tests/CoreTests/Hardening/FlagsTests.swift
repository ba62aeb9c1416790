// The lists of flags: this variant's is sound, and one whose storage does not fit its flags is refused.

import Synchronization
import Testing

/// Flags for tests: all off but those that a list sets.
private protocol TestFlags: Flags {}

extension TestFlags {
    static var name: StaticString { "test" }
    static var guardPages: Bool { false }
    static var encodedFreeLists: Bool { false }
    static var doubleFreeDetection: Bool { false }
    static var randomizedFreeLists: Bool { false }
    static var paddingCanaries: Bool { false }
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
}

private protocol Switch { static var isOn: Bool { get } }
private enum On: Switch { static var isOn: Bool { true } }
private enum Off: Switch { static var isOn: Bool { false } }

/// One list of the flags that depend on others, with its storage.
private enum List<
    Encoded: Switch, Canaries: Switch, Detection: Switch, Zeros: Switch, Quarantine: Switch,
    Keys: LinkCoding, States: BlockStateStorage
>: TestFlags {
    static var encodedFreeLists: Bool { Encoded.isOn }
    static var paddingCanaries: Bool { Canaries.isOn }
    static var doubleFreeDetection: Bool { Detection.isOn }
    static var zeroOnFree: Bool { Zeros.isOn }
    static var quarantine: Bool { Quarantine.isOn }
    typealias PageKeys = Keys
    typealias PageStates = States
}

@Suite struct FlagsTests {
    @Test func thisVariantIsConsistent() {
        let isConsistent = Variant.isConsistent
        verify(isConsistent)
    }

    /// All 32 lists of the flags that need something, with all four storages.
    @Test func everyList() {
        let switches: [any Switch.Type] = [Off.self, On.self]
        let keys: [any LinkCoding.Type] = [NoKeys.self, LinkKeys.self]
        let storages: [any BlockStateStorage.Type] = [NoBlockStates.self, BlockStates.self]
        var soundCount = 0
        for bits in 0..<32 {
            let chosen = (0..<5).map { switches[bits >> $0 & 1] }
            for keys in keys {
                for states in storages {
                    soundCount += check(chosen[0], chosen[1], chosen[2], chosen[3], chosen[4], keys, states) ? 1 : 0
                }
            }
        }
        // One storage fits each list; of the 32, those 8 are unsound that have zeros without quarantine, and those 8
        // that have quarantine without state bits.
        verify(soundCount == 16)
    }

    private func check<A: Switch, B: Switch, C: Switch, D: Switch, E: Switch, K: LinkCoding, S: BlockStateStorage>(
        _ encoded: A.Type, _ canaries: B.Type, _ detection: C.Type, _ zeros: D.Type, _ quarantine: E.Type,
        _ keys: K.Type, _ states: S.Type
    ) -> Bool {
        let isSound = List<A, B, C, D, E, K, S>.isConsistent
        if A.isOn || B.isOn { verify(K.isSecret || !isSound, "links or canaries without keys") }
        if !A.isOn && !B.isOn { verify(!K.isSecret || !isSound, "keys for nothing") }
        verify(C.isOn == S.isTracking || !isSound, "states and their flag")
        if D.isOn && !E.isOn { verify(!isSound, "slices that come back with old data") }
        if E.isOn && !C.isOn { verify(!isSound, "magazines without the bits that they are filled from") }
        return isSound
    }

    @Test func magazines() {
        verify(!List<On, On, On, On, Off, LinkKeys, BlockStates>.usesMagazines)
        verify(List<Off, Off, On, Off, On, NoKeys, BlockStates>.usesMagazines)
    }

    /// Descriptors lie 128 bytes apart, in two cache lines; what other threads swap is in the second.
    @Test func descriptorsKeepTheirLayout() throws {
        verify(MemoryLayout<Page>.size <= 128)
        let memory = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        let page = unsafe Ref<Page>(at: memory)
        page.pointee.threadFree.store(~0, ordering: .relaxed)
        let word = unsafe (memory + 64).loadWord()
        verify(word == ~0)
        VirtualMemory.unmap(memory, byteCount: Unit.osPage)
    }
}
