// The values of the run-time options. Read once, at load, and then sealed (Heap/Allocator+Start.swift); any thread
// may read them at any time.

import CBulwark

/// The values in force. Zero-initialised memory holds the defaults, so that they are there before anything was read.
struct Options {
    /// Each value xor its default: with a constant option a read is a load, and an xor where the default is not 0. Room for as many
    /// as `Option.count` and some more.
    private var differences = InlineArray<48, UInt>(repeating: 0)
    private var reportFile = InlineArray<512, CChar>(repeating: 0)
    private var jsonFile = InlineArray<512, CChar>(repeating: 0)
    private var suppressions = InlineArray<512, CChar>(repeating: 0)
    private var profileFile = InlineArray<512, CChar>(repeating: 0)
    private var sampleSites = InlineArray<512, CChar>(repeating: 0)
    private var mapFile = InlineArray<512, CChar>(repeating: 0)
    private var traceFile = InlineArray<512, CChar>(repeating: 0)

    /// The longest path accepted; a zero stands behind it.
    static var longestPath: UInt { 511 }

    init() {}

    /// The process's options: for what no allocator is passed to, reports above all. Sealed once the library is loaded.
    @inline(__always) static var process: Ref<Options> { unsafe Ref(at: Address(bw_settings())) }

    @inline(__always) subscript(option: Option) -> UInt {
        get { differences[option.rawValue] ^ option.defaultValue }
        set { differences[option.rawValue] = newValue ^ option.defaultValue }
    }

    /// A toggle's value.
    @inline(__always) func isOn(_ option: Option) -> Bool { self[option] != 0 }

    var onViolation: ViolationPolicy { ViolationPolicy(rawValue: self[.onViolation]) ?? .abort }
    var unwinder: UnwinderChoice { UnwinderChoice(rawValue: self[.unwinder]) ?? .libunwind }
    var foreignPointers: ForeignPointerPolicy { ForeignPointerPolicy(rawValue: self[.foreignPointers]) ?? .auto }
    var statisticsSignal: StatisticsSignal { StatisticsSignal(rawValue: self[.statisticsSignal]) ?? .none }
    var sizeMismatch: SizeMismatchPolicy { SizeMismatchPolicy(rawValue: self[.sizeMismatch]) ?? .report }

    /// Passes on a path option's value, as a C string that lives only during the call; not called if there is none.
    /// - Parameter option: one of those that take a path.
    func withPath(_ option: Option, _ body: (UnsafePointer<CChar>) -> Void) {
        guard self[option] != 0 else { return }
        unsafe withUnsafeBytes(of: path(option)) {
            unsafe body($0.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
    }

    private func path(_ option: Option) -> InlineArray<512, CChar> {
        switch option {
        case .jsonFile: jsonFile
        case .suppressions: suppressions
        case .profileFile: profileFile
        case .sampleSites: sampleSites
        case .mapFile: mapFile
        case .traceFile: traceFile
        default: reportFile
        }
    }

    /// - Parameters:
    ///   - option: one of those that take a path.
    ///   - byteCount: at most `longestPath`.
    @unsafe mutating func setPath(_ option: Option, _ text: UnsafePointer<CChar>, byteCount: Int) {
        precondition(byteCount <= Int(Self.longestPath))
        self[option] = UInt(byteCount)
        for index in 0...Int(Self.longestPath) {
            let byte = unsafe index < byteCount ? text[index] : 0
            switch option {
            case .jsonFile: jsonFile[index] = byte
            case .suppressions: suppressions[index] = byte
            case .profileFile: profileFile[index] = byte
            case .sampleSites: sampleSites[index] = byte
            case .mapFile: mapFile[index] = byte
            case .traceFile: traceFile[index] = byte
            default: reportFile[index] = byte
            }
        }
    }
}
