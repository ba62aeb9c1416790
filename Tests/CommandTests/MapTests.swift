// bulwark map: what is read, and how it is drawn.

import Foundation
import Testing

@testable import bulwark

@Suite struct MapTests {
    private func map(_ runs: String, sliceCount: Int = 70, huge: String = "", program: String = "/bin/x") throws
        -> HeapMapFile
    {
        let text = """
            {"version":"1","variant":"debug","summary":"map","process":7,"program":"\(program)","slice_byte_count":65536,
            "slice_count":\(sliceCount),"segments":[{"base":"0x7f0000000000","committed_slice_count":70,"runs":[\(runs)]}],
            "huge":[\(huge)]}
            """
        let path = NSTemporaryDirectory() + "bulwark-map-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try HeapMapFile(reading: path)
    }

    private let page = """
        {"slice":0,"count":1,"kind":"blocks","block_byte_count":1024,"room":4,"made":3,"live":2,"waiting":1,"fresh":0,
        "byte_count":1500,"guards":2,"owner":"0x1","fill":"990."}
        """

    @Test func numbersAreReadable() {
        #expect(number(0) == "0" && number(999) == "999" && number(1_234_567) == "1\u{202F}234\u{202F}567")
        #expect(
            bytes(0) == "0 bytes" && bytes(1023) == "1023 bytes" && bytes(1024) == "1 KiB" && bytes(1536) == "1.5 KiB"
        )
        #expect(bytes(200 << 20) == "200 MiB" && bytes(5 << 40) == "5 TiB")
        #expect(escaped("<a b=\"c\">&\u{1}") == "&lt;a b=&quot;c&quot;&gt;&amp;?")
    }

    @Test func whatDoesNotCoverASegmentIsRefused() throws {
        let rest = "{\"slice\":1,\"count\":69,\"kind\":\"untouched\"}"
        _ = try map(page + "," + rest)
        #expect(throws: Failure.self) { try map(page) }
        #expect(throws: Failure.self) { try map(page + "," + page + "," + rest) }
        #expect(throws: Failure.self) { try map(page + "," + rest.replacingOccurrences(of: "69", with: "70")) }
        #expect(throws: Failure.self) { try map(page.replacingOccurrences(of: "\"live\":2,", with: "") + "," + rest) }
        #expect(throws: Failure.self) {
            try map(page + "," + rest.replacingOccurrences(of: "untouched", with: "unknown"))
        }
    }

    /// A run that goes over the end of a row has a part in each.
    @Test func runsAreDrawnInRows() throws {
        let text = MapPage(map: try map(page + ",{\"slice\":1,\"count\":69,\"kind\":\"untouched\"}")).text
        #expect(text.contains("d=\"M0 0h15v16h-15z\""))
        #expect(text.contains("d=\"M16 0h1007v16h-1007zM0 19h95v16h-95z\""))
        #expect(text.contains("data-f=\"990.\"") && text.contains("class=\"f5\""))
        #expect(
            text.contains(
                "Page of 1\u{202F}024-byte blocks&#10;2 in use, of 4 that fit&#10;1 freed and waiting, 0 never used"))
        #expect(text.contains("its thread has ended"))
        // The table: 2 blocks of 1,024 bytes, of which 1,500 were asked for.
        #expect(text.contains("<td>1.5 KiB</td><td>26 %</td><td>1</td><td>4</td>"))
    }

    /// What a file says is never markup.
    @Test func namesAreEscaped() throws {
        let huge =
            "{\"kind\":\"huge\",\"start\":\"<b>\",\"state\":\"live\",\"byte_count\":5,\"room_byte_count\":4096}"
        let text = MapPage(
            map: try map("{\"slice\":0,\"count\":70,\"kind\":\"kept\"}", huge: huge, program: "/bin/<script>alert(1)")
        ).text
        #expect(!text.contains("<script>alert") && text.contains("&lt;script&gt;alert(1)"))
        #expect(!text.contains("<b>&lt;") && text.contains("<code>&lt;b&gt;</code>"))
    }
}
