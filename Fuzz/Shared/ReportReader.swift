// The reports that the core wrote since they were read last: from a pipe, by the first line's fixed words, as a script would.

import CBulwark
import Glibc

/// What a report's first line says.
struct FoundViolation: Equatable {
    let violation: Violation
    let address: Address
    /// nil where the line tells none: of what is no block of ours.
    let byteCount: UInt?
}

/// Where the core's reports go.
enum ReportReader {
    private static let ends: (output: Int32, input: Int32) = {
        var ends: [Int32] = [0, 0]
        let result = unsafe pipe(&ends)
        precondition(result == 0)
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        return (ends[0], ends[1])
    }()

    static var descriptor: UInt { UInt(ends.input) }

    /// Throws away what was written.
    static func reset() { _ = read() }

    /// What was found since the last call.
    static func read() -> [FoundViolation] {
        // The core composes every report at this place; with a look there most calls need no system call.
        let first = unsafe bw_report_text().assumingMemoryBound(to: UInt8.self)
        guard unsafe first.pointee != 0 else { return [] }
        unsafe first.pointee = 0
        return lines().compactMap(parse)
    }

    private static func lines() -> [Substring] {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(ends.output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        if Trace.isOn { Trace.write(String(decoding: text, as: UTF8.self)) }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("bulwark: ") }
    }

    private static func parse(_ line: Substring) -> FoundViolation? {
        var number: UInt8 = 0
        while let violation = Violation(rawValue: number) {
            let start = "bulwark: \(violation.text)0x"
            if line.hasPrefix(start) {
                let rest = line.dropFirst(start.count)
                let digits = rest.prefix { $0.isHexDigit }
                guard let bits = UInt(digits, radix: 16), rest.dropFirst(digits.count).hasPrefix(" (") else {
                    finding("a report's line that cannot be read: \(line)")
                }
                let size = rest.dropFirst(digits.count + 2).prefix { $0.isNumber }
                return FoundViolation(violation: violation, address: Address(bits), byteCount: UInt(size))
            }
            number += 1
        }
        finding("a line of no violation: \(line)")
    }
}
