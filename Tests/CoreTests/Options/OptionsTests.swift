// The values of the options.

import Testing

@Suite struct OptionsTests {
    private var all: [Option] { (0..<Option.count).compactMap(Option.init(rawValue:)) }

    /// Fresh options and zeroed memory alike: so there are defaults before anything was read.
    @Test func zeroIsTheDefault() {
        let zeroed = TestAllocator.zeroed(Options.self)
        for option in all {
            let fresh = Options()
            verify(fresh[option] == option.defaultValue && zeroed.pointee[option] == option.defaultValue)
        }
        verify(zeroed.pointee.onViolation == .abort && zeroed.pointee.unwinder == .libunwind)
        verify(zeroed.pointee.foreignPointers == .auto && zeroed.pointee.sizeMismatch == .report)
        verify(zeroed.pointee.isOn(.guardedCopies) && !zeroed.pointee.isOn(.faultReports))
        var calls = 0
        unsafe zeroed.pointee.withPath(.reportFile) { _ in calls += 1 }
        unsafe zeroed.pointee.withPath(.jsonFile) { _ in calls += 1 }
        verify(calls == 0)
    }

    @Test func valuesAreApart() {
        var options = Options()
        for option in all { options[option] = UInt(option.rawValue) + 1000 }
        for option in all { verify(options[option] == UInt(option.rawValue) + 1000) }
    }

    private func path(_ options: Options, _ option: Option) -> String? {
        var result: String?
        unsafe options.withPath(option) { result = unsafe String(cString: $0) }
        return result
    }

    @Test func pathsAreApart() {
        var options = Options()
        unsafe options.setPath(.reportFile, "/a/report", byteCount: 9)
        verify(path(options, .reportFile) == "/a/report" && path(options, .jsonFile) == nil)
        unsafe options.setPath(.jsonFile, "/json", byteCount: 5)
        verify(path(options, .reportFile) == "/a/report" && path(options, .jsonFile) == "/json")
        let longest = String(repeating: "x", count: Int(Options.longestPath))
        unsafe options.setPath(.reportFile, longest, byteCount: longest.utf8.count)
        verify(path(options, .reportFile) == longest && path(options, .jsonFile) == "/json")
        // A shorter one leaves nothing of the longer behind.
        unsafe options.setPath(.reportFile, "/b", byteCount: 2)
        verify(path(options, .reportFile) == "/b")
    }
}
