// The exceptions file's lines: which program they are for, and what a bad one costs.

import Testing

@Suite struct ExceptionsFileTests {
    private func apply(_ text: String, program: String = "/usr/bin/prog") -> (Options, [String]) {
        var (options, warnings) = (Options(), [String]())
        var parser = OptionParser(Mechanisms())
        withOptionText(text) { text in
            withOptionText(program) { program in
                ExceptionsFile.apply(text, program: program, &parser, to: &options) { warnings.append($0.string) }
            }
        }
        return (options, warnings)
    }

    private func delay(_ text: String, program: String = "/usr/bin/prog") -> UInt {
        let (options, warnings) = apply(text, program: program)
        verify(warnings.isEmpty, text)
        return options[.purgeDelay]
    }

    @Test(
        arguments: [
            "/usr/bin/prog purge_delay=5", "/usr/bin/prog\tpurge_delay=5\n", "  /usr/bin/prog   purge_delay=5  \n",
            "/usr/bin/prog purge_delay=5\r\n", "# comment\n\n   \n#\n/usr/bin/prog purge_delay=5\n# more",
            "/usr/bin/other purge_delay=6\n/usr/bin/prog purge_delay=5\n/usr/bin/other purge_delay=7",
            "/usr/bin/prog purge_delay=6\n/usr/bin/prog :purge_delay=5:", "/usr/bin/* purge_delay=5",
            "/* purge_delay=6\n/usr/bin/pro* purge_delay=5", "/usr/bin/prog* purge_delay=5",
        ])
    func isForTheProgram(_ text: String) { verify(delay(text) == 5, text) }

    @Test(
        arguments: [
            "", "\n\n", "# /usr/bin/prog purge_delay=5", "/usr/bin/progs purge_delay=5", "/usr/bin/pro purge_delay=5",
            "/usr/bin/progs* purge_delay=5", "/usr/*/prog purge_delay=5", "/USR/bin/prog purge_delay=5",
            "/usr/bin/pro? purge_delay=5", "/usr/bin/prog** purge_delay=5", "/usr/sbin/* purge_delay=5",
        ])
    func isNotForTheProgram(_ text: String) {
        verify(delay(text) == Option.purgeDelay.defaultValue, text)
    }

    /// A program of which nothing is known has no line, not even `*`'s.
    @Test func unknownProgram() {
        verify(delay("/* purge_delay=5\n/ purge_delay=6", program: "") == Option.purgeDelay.defaultValue)
    }

    /// One warning for each bad line, with its number; lines for other programs are not looked into.
    @Test func badLines() {
        let (options, warnings) = apply(
            """
            # 1
            prog purge_delay=5
            /usr/bin/prog
            /usr/bin/other nonsense=1:more=2
            /usr/bin/prog bad=1:worse=2:purge_delay=7
            /usr/bin/prog purge_delay=8 # no comment here
            /usr/bin/prog purge_delay=soon
            """)
        let lines = [2, 3, 5, 6, 7]
        verify(warnings.count == lines.count)
        for (warning, line) in zip(warnings, lines) {
            verify(warning.hasPrefix("bulwark: /etc/bulwark/exceptions.conf:\(line): "), warning)
            verify(warning.contains("accepted: "))
        }
        verify(options[.purgeDelay] == 7)
    }

    /// Random bytes and pieces: no crash, at most one warning a line, and no effect unless the program is named.
    @Test func randomText() {
        var random = TestRandom(stream: 5)
        let pieces = [
            "/usr/bin/prog", "/x", " ", "\n", "#", "=", ":", "purge_delay", "5", "*", "\0", "\u{ff}", "help",
        ]
        for _ in 0..<Seed.repetitions(2000) {
            let text = (0..<random.below(40)).map { _ in pieces[Int(random.below(UInt(pieces.count)))] }.joined()
            let (options, warnings) = apply(text)
            verify(warnings.count <= text.utf8.split(separator: 10).count, text)
            if !text.contains("/usr/bin/prog"), !text.contains("/*") {
                verify(options[.purgeDelay] == Option.purgeDelay.defaultValue, text)
            }
        }
    }
}
