// The lists of flags: this variant's is sound, and one whose storage does not fit its flags is refused.

import Synchronization
import Testing

/// Encoded links without keys.
private enum WithoutKeys: Flags {
    static var name: StaticString { "without keys" }
    static var guardPages: Bool { false }
    static var encodedFreeLists: Bool { true }
    static var doubleFreeDetection: Bool { false }
    static var reportForeignPointers: Bool { false }
    static var sampledGuards: Bool { false }
    static var faultReports: Bool { false }
    static var guardedCopies: Bool { false }
    typealias PageKeys = NoKeys
    typealias PageStates = NoBlockStates
}

/// State bits that nobody asks for.
private enum WithIdleStates: Flags {
    static var name: StaticString { "with idle states" }
    static var guardPages: Bool { false }
    static var encodedFreeLists: Bool { false }
    static var doubleFreeDetection: Bool { false }
    static var reportForeignPointers: Bool { false }
    static var sampledGuards: Bool { false }
    static var faultReports: Bool { false }
    static var guardedCopies: Bool { false }
    typealias PageKeys = NoKeys
    typealias PageStates = BlockStates
}

@Suite struct FlagsTests {
    @Test func thisVariantIsConsistent() {
        let isConsistent = Variant.isConsistent
        verify(isConsistent)
    }

    @Test func storageMustFitTheFlags() {
        let isConsistent = (WithoutKeys.isConsistent, WithIdleStates.isConsistent)
        verify(!isConsistent.0 && !isConsistent.1)
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
