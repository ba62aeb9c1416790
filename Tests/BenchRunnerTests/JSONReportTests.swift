// What is written can be read back, and what is not ours is refused.

import Foundation
import Testing

@testable import bulwark_bench

@Suite struct JSONReportTests {
    @Test func runsSurviveTheFile() throws {
        var first = row("u", [cell("mimalloc2", [1, 2]), cell("release", [3, 4], failure: "signal 6")])
        first.cells[0].runs[0].figures = [.init(name: "malloc-p99", value: 120, unit: "ns")]
        var second = row("v", [cell("mimalloc2", [1]), cell("release", [1])], .realPrograms)
        second.series = Series(name: "s", x: 2)
        second.isPinned = true
        var all = results([first, second], isQuick: true)
        all.instructions = ["release": 44.5]

        let read = try JSONReport.decoded(JSONReport(all).encoded()).asResults()
        #expect(read.rows == all.rows)
        #expect(read.allocators == all.allocators)
        #expect(read.instructions == all.instructions)
        #expect(read.isQuick)
        #expect(read.machine.date == all.machine.date)
        #expect(read.runs == 2)
    }

    @Test func otherFilesAreRefused() throws {
        #expect(throws: DecodingError.self) { try JSONReport.decoded(Data("{}".utf8)) }
        #expect(throws: DecodingError.self) { try JSONReport.decoded(Data("[1".utf8)) }
        var later = JSONReport(results([]))
        later.format = 99
        let data = try later.encoded()
        #expect(throws: DecodingError.self) { try JSONReport.decoded(data) }
    }
}
