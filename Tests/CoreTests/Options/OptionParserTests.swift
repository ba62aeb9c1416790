// BULWARK_OPTIONS: what is taken, and that each refused part costs one line.

import Glibc
import Testing

/// What parsing a list came to.
struct ParsedOptions {
    var options = Options()
    var warnings: [String] = []
    var wantsHelp = false

    /// - Parameter lacking: a mechanism that the variant is built without.
    init(_ text: String, lacking: Mechanism? = nil, source: OptionSource = .environment) {
        var mechanisms = Mechanisms()
        for mechanism in (0..<20).compactMap(Mechanism.init(rawValue:)) where mechanism != lacking {
            mechanisms.insert(mechanism)
        }
        var parser = OptionParser(mechanisms)
        var (options, warnings) = (Options(), [String]())
        withOptionText(text) { parser.parse($0, source, into: &options) { warnings.append($0.string) } }
        self.options = options
        self.warnings = warnings
        wantsHelp = parser.wantsHelp
    }

    /// The names of the options that do not have their defaults.
    var changed: [String] {
        (0..<Option.count).compactMap(Option.init(rawValue:)).filter { options[$0] != $0.defaultValue }
            .map { "\($0.name)" }
    }

    func path(_ option: Option) -> String? {
        var result: String?
        unsafe options.withPath(option) { result = unsafe String(cString: $0) }
        return result
    }
}

@Suite struct OptionParserTests {
    private var all: [Option] { (0..<Option.count).compactMap(Option.init(rawValue:)) }

    @Test(arguments: ["", ":", ":::", "help", "help=1"])
    func changesNothing(_ text: String) {
        let parsed = ParsedOptions(text)
        verify(parsed.warnings.isEmpty && parsed.changed.isEmpty)
        verify(parsed.wantsHelp == text.hasPrefix("help"))
    }

    /// The values at the ends of each range, and right outside of it.
    @Test func everyOptionInItsRange() {
        for option in all {
            let good: [(String, UInt)]
            let bad: [String]
            switch option.row.kind {
            case .number(let least, let most):
                good = [("\(least)", least), ("\(most)", most)]
                bad = ["\(most + 1)"] + (least == 0 ? [] : ["\(least - 1)"])
            case .toggle: (good, bad) = ([("0", 0), ("1", 1)], ["2", "00", "01", "on"])
            case .choice(let names):
                good = "\(names)".split(separator: "|").enumerated().map { ("\($1)", UInt($0)) }
                bad = ["0", "\(names)", "Abort", "|"]
            case .path:
                good = [("/x", 2), ("/" + String(repeating: "p", count: 510), 511)]
                bad = ["x", "./x", "/", "/a\u{7}", "/a\0b", "/" + String(repeating: "p", count: 511)]
            }
            for (text, value) in good {
                let parsed = ParsedOptions("\(option.name)=\(text)")
                verify(parsed.warnings.isEmpty && parsed.options[option] == value, "\(option.name)=\(text)")
                verify(parsed.changed.allSatisfy { $0 == "\(option.name)" })
            }
            for text in bad + [""] {
                let parsed = ParsedOptions("\(option.name)=\(text)")
                verify(parsed.warnings.count == 1 && parsed.changed.isEmpty, "\(option.name)=\(text)")
            }
        }
    }

    @Test func severalParts() {
        let parsed = ParsedOptions(":purge_delay=5::on_violation=trap:json_file=/tmp/a b=c:madvise_guards=0:")
        verify(parsed.warnings.isEmpty)
        verify(parsed.changed == ["purge_delay", "madvise_guards", "on_violation", "json_file"])
        verify(parsed.options[.purgeDelay] == 5 && parsed.options.onViolation == .trap)
        verify(parsed.path(.jsonFile) == "/tmp/a b=c" && parsed.path(.reportFile) == nil)
    }

    @Test func theLastOneHolds() {
        verify(ParsedOptions("purge_delay=5:purge_delay=6").options[.purgeDelay] == 6)
        verify(ParsedOptions("purge_delay=5:purge_delay=x").options[.purgeDelay] == 5)
        verify(ParsedOptions("report_file=/long/path:report_file=/p").path(.reportFile) == "/p")
    }

    @Test(
        arguments: [
            "purge_delay", "purge_delay=", "purge_delay=x", "purge_delay=-1", "purge_delay=+1", "purge_delay= 1",
            "purge_delay=1 ", "purge_delay=0x10", "purge_delay=1.5", "purge_delay=1=2", "purge_delay=1234567890",
            "purge_delay=00000000005", "purge_delay=99999999999999999999999999", "purge_delay=é",
        ])
    func badNumber(_ part: String) {
        let parsed = ParsedOptions("\(part):guard_budget=9")
        verify(parsed.warnings.count == 1 && parsed.changed == ["guard_budget"])
        verify(parsed.warnings.first?.hasPrefix("bulwark: bad value in option '\(part.prefix(11))") == true)
        verify(parsed.warnings.first?.hasSuffix("'; accepted: a number from 0 to 3600000") == true)
    }

    /// A warning says what is accepted, for each kind.
    @Test func warningsSayWhatIsAccepted() {
        let endings = [
            "sample_slots=0": "accepted: a number from 1 to 65536", "guarded_copies=2": "accepted: 0 or 1",
            "on_violation=die": "accepted: abort|report|trap",
            "json_file=here": "accepted: an absolute path of at most 511 bytes",
        ]
        for (part, ending) in endings { verify(ParsedOptions(part).warnings.first?.hasSuffix(ending) == true, part) }
    }

    @Test(arguments: ["x", "x=1", "=", "=1", "Purge_delay=1", "purge_dela=1", "purge_delayy=1", "helpp", " help"])
    func unknownOption(_ part: String) {
        let parsed = ParsedOptions("\(part):guard_budget=9")
        verify(parsed.warnings.count == 1 && parsed.changed == ["guard_budget"] && !parsed.wantsHelp)
        verify(parsed.warnings.first?.hasPrefix("bulwark: unknown option '") == true)
        for option in all { verify(parsed.warnings.first?.contains("\(option.name)") == true) }
    }

    /// An option whose mechanism the variant lacks is taken, and says so; the others say nothing.
    @Test func mechanismsThatAreMissing() {
        for option in all where option.row.needs != nil {
            let value =
                switch option.row.kind {
                case .choice(let names): "\(names)".split(separator: "|").map(String.init)[0]
                case .path: "/x"
                case .number, .toggle: "1"
                }
            let (with, without) = (
                ParsedOptions("\(option.name)=\(value)"),
                ParsedOptions("\(option.name)=\(value)", lacking: option.row.needs)
            )
            verify(with.warnings.isEmpty && without.warnings.count == 1, "\(option.name)")
            verify(with.options[option] == without.options[option])
            let name = option.row.needs.map { "\($0.name)" } ?? ""
            verify(without.warnings.first?.hasPrefix("bulwark: option '\(option.name)' has no effect: ") == true)
            verify(without.warnings.first?.hasSuffix(name) == true)
        }
    }

    /// Each refused part gives one line, which names it and can be printed.
    @Test func oneWarningEach() {
        let warnings = ParsedOptions("a=1:purge_delay=z:b:\u{7}:madvise_guards=3").warnings
        verify(warnings.count == 5)
        for (warning, part) in zip(warnings, ["'a'", "'purge_delay=z'", "'b'", "'?'", "'madvise_guards=3'"]) {
            verify(warning.contains(part))
        }
    }

    @Test func overlongParts() {
        let name = String(repeating: "n", count: 5000)
        let parsed = ParsedOptions("\(name)=1:purge_delay=\(name):report_file=/\(name):guard_budget=9")
        verify(parsed.warnings.count == 3 && parsed.changed == ["guard_budget"])
        for warning in parsed.warnings { verify(warning.utf8.count < 1024 && warning.contains("accepted: ")) }
    }

    /// In the exceptions file a warning names the line, and nobody asks for help.
    @Test func inTheExceptionsFile() {
        let parsed = ParsedOptions("help=1:purge_delay=x", source: .exceptions(line: 42))
        verify(parsed.warnings.count == 2 && !parsed.wantsHelp)
        for warning in parsed.warnings { verify(warning.hasPrefix("bulwark: /etc/bulwark/exceptions.conf:42: ")) }
    }

    /// Random pieces of lists: every part costs one line at most, and values stay within their ranges.
    @Test func randomLists() {
        var random = TestRandom(stream: 3)
        let pieces =
            all.map { "\($0.name)" } + ["=", ":", "1", "99", "x", "help", "=:", "\u{80}", "/tmp/x", "report"]
        for _ in 0..<Seed.repetitions(2000) {
            let text = (0..<random.below(12)).map { _ in pieces[Int(random.below(UInt(pieces.count)))] }.joined()
            verifyInRange(text)
        }
    }

    /// Random bytes name no option: not one value changes.
    @Test func randomBytes() {
        var random = TestRandom(stream: 4)
        for _ in 0..<Seed.repetitions(2000) {
            let bytes = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let text = String(decoding: bytes, as: UTF8.self)
            verify(verifyInRange(text).changed.isEmpty, text)
        }
    }

    @discardableResult private func verifyInRange(_ text: String) -> ParsedOptions {
        let parsed = ParsedOptions(text)
        verify(parsed.warnings.count <= text.utf8.split(separator: 58).count, text)
        verify(parsed.warnings.allSatisfy { $0.utf8.allSatisfy { $0 >= 32 && $0 < 127 } }, text)
        for option in all {
            let value = parsed.options[option]
            switch option.row.kind {
            case .number(let least, let most): verify(value >= least && value <= most, text)
            case .toggle: verify(value <= 1, text)
            case .choice(let names): verify(value < UInt("\(names)".split(separator: "|").count), text)
            case .path: verify(value <= Options.longestPath && (parsed.path(option)?.first ?? "/") == "/", text)
            }
        }
        return parsed
    }
}
