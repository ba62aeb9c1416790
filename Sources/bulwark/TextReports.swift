// Reads reports as text, in the form of Core.docc/Reports.md, from whatever else a log holds.

import CoreTables
import Foundation

struct TextReports {
    private var findings: [Finding] = []
    private var current: Draft?

    /// A report of which not all lines are read.
    private struct Draft {
        let violation: String
        let message: String
        let thread: Int?
        /// By their titles: detected, deallocated, allocated.
        var stacks: [String: (thread: Int?, frames: [Finding.Frame])] = [:]
        /// The stack that frames belong to now.
        var title: String?

        init(violation: String, message: String, title: String? = nil) {
            (self.violation, self.message) = (violation, message)
            thread = message.firstMatch(of: /\sby thread ([0-9]+)/).flatMap { Int($0.1) }
            begin(title, thread: nil)
        }

        mutating func begin(_ title: String?, thread: Int?) {
            self.title = title
            // A second backtrace of the same is the better one: libunwind's, after that by frame pointers.
            if let title { stacks[title] = (thread, []) }
        }

        var finding: Finding {
            func origin(_ title: String) -> Finding.Origin? {
                stacks[title].map { Finding.Origin(thread: $0.thread, frames: $0.frames) }
            }
            return Finding(
                violation: violation, message: message, variant: "", version: "", process: 0, program: "",
                thread: thread, frames: stacks["detected"]?.frames, deallocated: origin("deallocated"),
                allocated: origin("allocated"))
        }
    }

    /// What a text holds; lines of others are passed over.
    static func read(_ text: String) -> [Finding] {
        var reports = Self()
        for line in text.split(whereSeparator: \.isNewline) { reports.take(String(line)) }
        reports.end()
        return reports.findings
    }

    private mutating func take(_ line: String) {
        if let draft = Self.beginning(line) {
            end()
            current = draft
        } else if line == "*** End of Bulwark report ***" {
            end()
        } else if let match = line.wholeMatch(of: /(detected|deallocated|allocated) by thread ([0-9]+) here.*:/) {
            current?.begin(String(match.1), thread: Int(match.2))
        } else if let frame = Self.frame(line), let title = current?.title {
            current?.stacks[title]?.frames.append(frame)
        }
    }

    private mutating func end() {
        if let current { findings.append(current.finding) }
        current = nil
    }

    /// The first line of a report; it may stand behind a log's own words.
    private static func beginning(_ line: String) -> Draft? {
        guard let range = line.range(of: "bulwark: ") else { return nil }
        let rest = line[range.upperBound...]
        for leak in [("leak of ", "leak"), ("indirect leak of ", "indirect-leak")] where rest.hasPrefix(leak.0) {
            let message = "bulwark: " + rest.replacing(", allocated here:", with: "")
            return Draft(violation: leak.1, message: message, title: "allocated")
        }
        guard let found = CoreTables.violations.first(where: { rest.hasPrefix($0.text + "0x") }) else { return nil }
        return Draft(violation: found.identifier, message: "bulwark: " + rest)
    }

    /// `  #0 0x… (/module+0x…) [function+0x…]`
    private static func frame(_ line: String) -> Finding.Frame? {
        let pattern =
            /.*#[0-9]+ (0x[0-9a-f]+) \((?:(.+)\+(0x[0-9a-f]+)|<unknown module>)\)(?: \[(.*)\+0x[0-9a-f]+\])?/
        guard let match = line.wholeMatch(of: pattern) else { return nil }
        return Finding.Frame(
            address: String(match.1), module: match.2.map(String.init), offset: match.3.map(String.init),
            symbol: match.4.map(String.init))
    }
}
