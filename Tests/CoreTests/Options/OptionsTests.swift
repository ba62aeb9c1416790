// The table of options.

import Testing

@Suite struct OptionsTests {
    private var all: [Option] { (0..<Option.count).compactMap(Option.init(rawValue:)) }

    @Test func tableIsComplete() {
        verify(all.count == Option.count)
        verify(Option(rawValue: Option.count) == nil)
        var visited = 0
        Option.forEach { option in
            verify(option.rawValue == visited)
            visited += 1
        }
        verify(visited == Option.count)
        verify(Set(all.map { "\($0.name)" }).count == Option.count)
    }

    @Test func defaultsAreAccepted() {
        let options = Options()
        for option in all {
            verify(options[option] == option.defaultValue)
            verify(option.defaultValue <= option.maximum)
            // The parser takes nine digits.
            verify(option.maximum <= 999_999_999)
            verify(option.summary.utf8CodeUnitCount > 10)
        }
    }

    /// Names have no colon, equals sign or space, and are not `help`.
    @Test func namesCanBeParsed() {
        for option in all {
            verify("\(option.name)".allSatisfy { $0.isLowercase || $0 == "_" || $0.isNumber })
            verify("\(option.name)" != "help")
        }
    }

    @Test func valuesAreApart() {
        var options = Options()
        for option in all { options[option] = UInt(option.rawValue) + 1000 }
        for option in all { verify(options[option] == UInt(option.rawValue) + 1000) }
    }
}
