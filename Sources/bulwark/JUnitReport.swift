// JUnit's XML, as continuous integration systems read it: each error is a failed test.

import Foundation

struct JUnitReport {
    let run: CheckRun

    init(_ run: CheckRun) { self.run = run }

    var text: String {
        let failures = run.groups.count
        let tests = max(failures, 1)
        let seconds = String(format: "%.3f", run.seconds)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let counts = "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"0\""
        text += "<testsuites name=\"bulwark check\" \(counts) time=\"\(seconds)\">\n"
        text += "  <testsuite name=\"\(Self.escaped(run.words.joined(separator: " ")))\" \(counts) skipped=\"0\""
        text += " time=\"\(seconds)\" timestamp=\"\(time)\">\n"
        if run.groups.isEmpty {
            text += "    <testcase classname=\"bulwark\" name=\"no memory errors\" time=\"\(seconds)\"/>\n"
        }
        for group in run.groups { text += testCase(group) }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    /// Without a zone: the schema's dateTime, in UTC.
    private var time: String {
        run.start.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false))
    }

    private func testCase(_ group: FindingGroup) -> String {
        let finding = group.finding
        let place = run.mainLocation(group).map { " in \($0.text)" } ?? ""
        let name = Rule.of(finding.violation).title + place
        let details = TextSummary(groups: [group], symbolization: run.symbolization).details
        return """
                <testcase classname="\(Self.escaped(finding.program))" name="\(Self.escaped(name))" time="0">
                  <failure type="\(Self.escaped(finding.violation))" message="\(Self.escaped(finding.message))">\
            \(Self.escaped(details))</failure>
                </testcase>

            """
    }

    /// For attributes and text. XML 1.0 has no control characters, not even escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
