// Files of rules about frames: what nobody wants to hear of (option suppressions), whose allocations are sampled (sample_sites).

import CBulwark

/// What a line of the file is about.
enum FrameRule {
    case leak, mismatch, site

    var prefix: StaticString {
        switch self {
        case .leak: "leak:"
        case .mismatch: "mismatch:"
        case .site: "site:"
        }
    }
}

/// The lines of a file: `leak:TEXT`, `mismatch:TEXT` or `site:TEXT`, where TEXT is part of a frame as reports write it, a function's
/// name or a module's path. Empty lines and those that begin with # say nothing.
struct FrameRules {
    private let memory: Address
    private var byteCount: UInt = 0

    private static var capacity: UInt { 64 << 10 }

    /// - Parameters:
    ///   - option: suppressions or sampleSites.
    ///   - warns: what is wrong with the file is said.
    /// - Returns: nil if the option names no file, or it cannot be read.
    init?(_ option: Option, warns: Bool = true) {
        var descriptor: Int32 = -1
        unsafe Options.process.pointee.withPath(option) { descriptor = unsafe bw_os_open($0) }
        guard Options.process.pointee[option] != 0 else { return nil }
        let isAboutSites = option == .sampleSites
        let name: StaticString = isAboutSites ? "sample_sites: " : "suppressions: "
        guard descriptor >= 0, let memory = VirtualMemory.map(byteCount: Self.capacity, writable: true) else {
            if warns { Report.say(name, "the file cannot be read") }
            if descriptor >= 0 { bw_os_close(descriptor) }
            return nil
        }
        self.memory = memory
        while byteCount < Self.capacity {
            let count = unsafe bw_os_read(descriptor, (memory + byteCount).pointer, Int(Self.capacity - byteCount))
            guard count > 0 else { break }
            byteCount += UInt(count)
        }
        bw_os_close(descriptor)
        if byteCount == Self.capacity, warns { Report.say(name, "only the first 65536 bytes count") }
        var isSound = true
        forEachLine { start, end in
            let isRule =
                isAboutSites
                ? Self.isRule(start, end, .site)
                : Self.isRule(start, end, .leak) || Self.isRule(start, end, .mismatch)
            if !isRule, start.bits != end.bits, unsafe start.loadByte() != 35 { isSound = false }
            return true
        }
        if !isSound, warns {
            Report.say(
                name,
                isAboutSites
                    ? "lines that are not site:TEXT, # or empty are ignored"
                    : "lines that are not leak:TEXT, mismatch:TEXT, # or empty are ignored")
        }
    }

    /// Gives the memory back.
    func end() { VirtualMemory.unmap(memory, byteCount: Self.capacity) }

    /// True if one of the lines of a kind applies to the frames in a report's text.
    func apply(_ rule: FrameRule, to text: ReportText) -> Bool {
        let length = UInt(rule.prefix.utf8CodeUnitCount)
        var isFound = false
        forEachLine { start, end in
            if Self.isRule(start, end, rule),
                text.contains(start + length, byteCount: end.offset(from: start) - length)
            {
                isFound = true
            }
            return !isFound
        }
        return isFound
    }

    /// The prefix and at least one byte.
    private static func isRule(_ start: Address, _ end: Address, _ rule: FrameRule) -> Bool {
        let prefix = rule.prefix
        let length = UInt(prefix.utf8CodeUnitCount)
        guard end.offset(from: start) > length else { return false }
        for index in 0..<length where unsafe (start + index).loadByte() != prefix.byte(at: Int(index)) {
            return false
        }
        return true
    }

    /// - Parameter body: returns false to end.
    private func forEachLine(_ body: (Address, Address) -> Bool) {
        var start: UInt = 0
        while start < byteCount {
            var end = start
            while end < byteCount, unsafe (memory + end).loadByte() != 10 { end += 1 }
            guard body(memory + start, memory + end) else { return }
            start = end + 1
        }
    }
}
