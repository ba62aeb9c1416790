// Pieces of option lists, and what they are read as.

import Testing

/// The text of `string`, which lives during the call.
func withOptionText<Result>(_ string: String, _ body: (OptionText) -> Result) -> Result {
    unsafe string.withCString { unsafe body(OptionText($0, byteCount: string.utf8.count)) }
}

@Suite struct OptionTextTests {
    @Test func pieces() {
        withOptionText("ab:cd") { text in
            verify(text.byteCount == 5 && text.firstIndex(of: 58) == 2)
            verify(text.firstIndex(of: 58, from: 3) == 5 && text.firstIndex(of: 120) == 5)
            verify(text.piece(0, 2) == "ab" && text.piece(3, 5) == "cd" && text.piece(5, 5) == "")
            verify(!(text.piece(0, 2) == "abc") && !(text.piece(0, 2) == "a") && !(text.piece(0, 2) == "Ab"))
        }
        unsafe "abc".withCString { verify(unsafe OptionText(cString: $0).byteCount == 3) }
    }

    @Test func numbers() {
        let good: [(String, UInt)] = [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)]
        for (text, number) in good { verify(withOptionText(text) { $0.number } == number, text) }
        for text in ["", " 1", "1 ", "-1", "+1", "1.0", "0x1", "1234567890", "١", "1\0", "1/", "/1", "1:", "1;", ";"]
        {
            verify(withOptionText(text) { $0.number } == nil, text)
        }
    }

    @Test func positions() {
        for (position, name) in ["abort", "report", "trap"].enumerated() {
            verify(withOptionText(name) { $0.position(in: "abort|report|trap") } == UInt(position))
        }
        for name in ["", "abor", "abortt", "Abort", "abort|report", "|", "trap ", "rt"] {
            verify(withOptionText(name) { $0.position(in: "abort|report|trap") } == nil, name)
        }
    }

    @Test func printedSafely() {
        withOptionText("a\u{1b}[31m\u{80}\n" + String(repeating: "x", count: 300)) { text in
            var line = TextBuffer()
            line.append(text)
            verify(line.string.hasPrefix("a?[31m??") && line.string.utf8.count == 100)
            verify(line.string.utf8.allSatisfy { $0 >= 32 && $0 < 127 })
        }
    }

    @Test func outsideTheTextStops() async {
        await #expect(processExitsWith: .failure) { _ = withOptionText("ab") { $0[2] } }
        await #expect(processExitsWith: .failure) { _ = withOptionText("ab") { $0.piece(1, 3).byteCount } }
    }
}
