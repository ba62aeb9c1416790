import Testing

@testable import bulwark

@Suite struct SymbolizerTests {
    let inlined = [
        SourceLocation(function: "inner", file: "/tmp/t.c", line: 2, column: 68),
        SourceLocation(function: "main", file: "/tmp/t.c", line: 3, column: 50),
    ]

    @Test func readsLLVM() {
        let text = """
            {"Address":"0x1162","ModuleName":"t","Symbol":[{"Column":68,"Discriminator":0,"FileName":"/tmp/t.c",\
            "FunctionName":"inner","Line":2,"StartAddress":"0x115f","StartFileName":"/tmp/t.c","StartLine":2},\
            {"Column":50,"Discriminator":0,"FileName":"/tmp/t.c","FunctionName":"main","Line":3,"StartAddress":"",\
            "StartFileName":"","StartLine":3}]}
            {"Address":"0x10","ModuleName":"t","Symbol":[{"Column":0,"Discriminator":0,"FileName":"","FunctionName":"",\
            "Line":0,"StartAddress":"","StartFileName":"","StartLine":0}]}
            {"Address":"0x11","Error":{"Message":"No such file or directory"},"ModuleName":"/nowhere"}
            """
        let found = Symbolizer.read(llvm: text)
        #expect(found[0x1162] == inlined)
        #expect(found[0x10] == [] && found[0x11] == [])
    }

    @Test func readsAddr2line() {
        let text = """
            0x0000000000001162
            inner
            /tmp/t.c:2
            main
            /tmp/t.c:3 (discriminator 2)
            0x0000000000000010
            ??
            ??:0
            0x0000000000000020
            f(int)
            ??:?
            """
        let found = Symbolizer.read(addr2line: text)
        #expect(
            found[0x1162] == [
                SourceLocation(function: "inner", file: "/tmp/t.c", line: 2),
                SourceLocation(function: "main", file: "/tmp/t.c", line: 3),
            ])
        #expect(found[0x10] == [])
        #expect(found[0x20] == [SourceLocation(function: "f(int)")])
    }

    @Test func callsAreAByteBeforeTheReturn() throws {
        #expect(ModuleOffset(module: "m", returnOffset: "0x1177") == ModuleOffset(module: "m", offset: 0x1176))
        #expect(ModuleOffset(module: "m", returnOffset: "0") == nil)
        #expect(ModuleOffset(module: "m", returnOffset: "0xzz") == nil)
    }

    @Test func linesOfText() throws {
        let call = ModuleOffset(module: "/tmp/a (b)+c", offset: 0x1162)
        let known = Symbolization([call: inlined])
        let line = ReportLine("  #12 0x561bd9e9a177 (/tmp/a (b)+c+0x1163) [main+0x2e]")
        #expect(line.calls == [call])
        #expect(
            line.text(known) == """
                  #12 0x561bd9e9a177 in inner /tmp/t.c:2:68 (/tmp/a (b)+c+0x1163)
                     inlined into main /tmp/t.c:3:50
                """)
        #expect(line.text(Symbolization()) == "  #12 0x561bd9e9a177 (/tmp/a (b)+c+0x1163) [main+0x2e]")
        for other in ["", "*** End of Bulwark report ***", "  #0 0x12 (<unknown module>)", "{not JSON"] {
            #expect(ReportLine(other).calls.isEmpty && ReportLine(other).text(known) == other)
        }
    }

    @Test func linesOfJSON() throws {
        let line = ReportLine(line())
        #expect(
            Set(line.calls) == [
                ModuleOffset(module: "/tmp/twice", offset: 0x1176),
                ModuleOffset(module: "/tmp/twice", offset: 0x1160),
            ])
        let text = line.text(Symbolization([ModuleOffset(module: "/tmp/twice", offset: 0x1160): inlined]))
        #expect(text.contains(#""column":68"#) && text.contains(#""function":"inner""#))
        #expect(text.contains(#""inlined_into":[{"column":50,"file":"/tmp/t.c","function":"main","line":3}]"#))
        // Still a report.
        #expect(Finding.read(text).findings.count == 1)
    }

    @Test func choosesByName() {
        #expect(Symbolizer.find("/bin/cat") == nil)
        #expect(Symbolizer.find("no-such-program") == nil)
    }
}
