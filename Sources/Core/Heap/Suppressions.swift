// What nobody wants to hear of: option suppressions.

import CBulwark

/// What a line of the file is about.
enum SuppressionRule {
    case leak, mismatch

    var prefix: StaticString {
        switch self {
        case .leak: "leak:"
        case .mismatch: "mismatch:"
        }
    }
}

/// The lines of a file: `leak:TEXT` or `mismatch:TEXT`, where TEXT is part of a frame as reports write it, a function's name or a
/// module's path. Empty lines and those that begin with # say nothing.
struct Suppressions {
    private let memory: Address
    private var byteCount: UInt = 0

    private static var capacity: UInt { 64 << 10 }

    /// - Returns: nil if the option names no file, or it cannot be read.
    init?() {
        var descriptor: Int32 = -1
        unsafe Options.process.pointee.withPath(.suppressions) { descriptor = unsafe bw_os_open($0) }
        guard Options.process.pointee[.suppressions] != 0 else { return nil }
        guard descriptor >= 0, let memory = VirtualMemory.map(byteCount: Self.capacity, writable: true) else {
            Report.say("suppressions: ", "the file cannot be read")
            return nil
        }
        self.memory = memory
        while byteCount < Self.capacity {
            let count = unsafe bw_os_read(descriptor, (memory + byteCount).pointer, Int(Self.capacity - byteCount))
            guard count > 0 else { break }
            byteCount += UInt(count)
        }
        bw_os_close(descriptor)
        if byteCount == Self.capacity { Report.say("suppressions: ", "only the first 65536 bytes count") }
        var isSound = true
        forEachLine { start, end in
            let isRule = Self.isRule(start, end, .leak) || Self.isRule(start, end, .mismatch)
            if !isRule, start.bits != end.bits, unsafe start.loadByte() != 35 { isSound = false }
            return true
        }
        if !isSound {
            Report.say("suppressions: ", "lines that are not leak:TEXT, mismatch:TEXT, # or empty are ignored")
        }
    }

    /// Gives the memory back.
    func end() { VirtualMemory.unmap(memory, byteCount: Self.capacity) }

    /// True if one of the lines of a kind applies to the frames in a report's text.
    func apply(_ rule: SuppressionRule, to text: ReportText) -> Bool {
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
    private static func isRule(_ start: Address, _ end: Address, _ rule: SuppressionRule) -> Bool {
        let prefix = rule.prefix
        let length = UInt(prefix.utf8CodeUnitCount)
        guard end.offset(from: start) > length else { return false }
        for index in 0..<length where unsafe (start + index).loadByte() != prefix.utf8Start[Int(index)] {
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
