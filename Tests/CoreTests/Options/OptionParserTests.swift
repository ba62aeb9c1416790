// BULWARK_OPTIONS: what is taken, and that each refused part costs one line.

import Glibc
import Testing

@Suite struct OptionParserTests {
    private func parse(_ text: String) -> (parser: OptionParser, warnings: [String]) {
        var parser = OptionParser()
        var warnings: [String] = []
        unsafe parser.parse(text) { warnings.append($0.string) }
        return (parser, warnings)
    }

    @Test(arguments: ["", ":", ":::", "help", "help=1"])
    func changesNothing(_ text: String) {
        let (parser, warnings) = parse(text)
        verify(warnings.isEmpty)
        for index in 0..<Option.count {
            guard let option = Option(rawValue: index) else { continue }
            verify(parser.options[option] == option.defaultValue)
        }
        verify(parser.wantsHelp == text.hasPrefix("help"))
    }

    @Test func everyOptionFromZeroToItsMaximum() {
        Option.forEach { option in
            for value in [0, option.maximum] {
                let (parser, warnings) = parse("\(option.name)=\(value)")
                verify(warnings.isEmpty && parser.options[option] == value, "\(option.name)=\(value)")
            }
            let (parser, warnings) = parse("\(option.name)=\(option.maximum + 1)")
            verify(warnings.count == 1 && parser.options[option] == option.defaultValue)
        }
    }

    @Test func severalParts() {
        let (parser, warnings) = parse(":purge_delay=5::guard_budget=7:madvise_guards=0:")
        verify(warnings.isEmpty)
        verify(parser.options[.purgeDelay] == 5)
        verify(parser.options[.guardBudget] == 7)
        verify(parser.options[.madviseGuards] == 0)
    }

    @Test func theLastOneHolds() {
        verify(parse("purge_delay=5:purge_delay=6").parser.options[.purgeDelay] == 6)
        verify(parse("purge_delay=5:purge_delay=x").parser.options[.purgeDelay] == 5)
    }

    @Test(
        arguments: [
            "purge_delay", "purge_delay=", "purge_delay=x", "purge_delay=-1", "purge_delay=+1", "purge_delay= 1",
            "purge_delay=1 ", "purge_delay=0x10", "purge_delay=1.5", "purge_delay=1=2", "purge_delay=1234567890",
            "purge_delay=00000000005", "purge_delay=99999999999999999999999999", "madvise_guards=2",
            "guard_budget=\u{1b}[31m", "purge_delay=é",
        ])
    func badValue(_ part: String) {
        let (parser, warnings) = parse("\(part):guard_budget=9")
        verify(warnings.count == 1)
        verify(warnings.first?.hasPrefix("bulwark: bad value in option '") == true)
        verify(warnings.first?.contains("accepted: a number from 0 to ") == true)
        verify(parser.options[.purgeDelay] == Option.purgeDelay.defaultValue)
        verify(parser.options[.madviseGuards] == Option.madviseGuards.defaultValue)
        verify(parser.options[.guardBudget] == 9)
    }

    @Test(arguments: ["x", "x=1", "=", "=1", "Purge_delay=1", "purge_dela=1", "purge_delayy=1", "helpp", " help"])
    func unknownOption(_ part: String) {
        let (parser, warnings) = parse("\(part):guard_budget=9")
        verify(warnings.count == 1)
        verify(warnings.first?.hasPrefix("bulwark: unknown option '") == true)
        Option.forEach { option in verify(warnings.first?.contains("\(option.name)") == true) }
        verify(!parser.wantsHelp && parser.options[.guardBudget] == 9)
    }

    /// Each refused part gives one line, which names it and can be printed.
    @Test func oneWarningEach() {
        let (_, warnings) = parse("a=1:purge_delay=z:b:\u{7}:madvise_guards=3")
        verify(warnings.count == 5)
        for (warning, part) in zip(warnings, ["'a'", "'purge_delay=z'", "'b'", "'?'", "'madvise_guards=3'"]) {
            verify(warning.contains(part))
        }
    }

    @Test func overlongParts() {
        let name = String(repeating: "n", count: 5000)
        let (parser, warnings) = parse("\(name)=1:purge_delay=\(name):guard_budget=9")
        verify(warnings.count == 2)
        verify(parser.options[.guardBudget] == 9)
        for warning in warnings { verify(warning.utf8.count < 1024 && warning.contains("accepted: ")) }
    }

    /// Random bytes: never more warnings than parts, and values stay within their ranges.
    @Test func randomText() {
        var random = TestRandom(stream: 3)
        let pieces = ["purge_delay", "guard_budget", "=", ":", "1", "99", "x", "help", "=:", "\u{80}"]
        for _ in 0..<Seed.repetitions(500) {
            let text = (0..<random.below(12)).map { _ in pieces[Int(random.below(UInt(pieces.count)))] }.joined()
            let (parser, warnings) = parse(text)
            verify(warnings.count <= text.split(separator: ":").count, text)
            Option.forEach { option in verify(parser.options[option] <= option.maximum, text) }
        }
    }

    @Test func helpListsEveryOption() {
        var ends: [Int32] = [0, 0]
        let result = unsafe pipe(&ends)
        verify(result == 0)
        OptionParser.writeHelp(to: ends[1])
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = unsafe read(ends[0], &bytes, 8192)
        close(ends[0])
        let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
        verify(lines.count >= 1)
        Option.forEach { option in
            verify(
                count == 8192 || lines.contains { $0.hasPrefix("bulwark: option \(option.name)=0…") }
                    || lines.count == 1)
        }
    }
}
