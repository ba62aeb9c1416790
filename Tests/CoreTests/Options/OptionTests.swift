// The table of options.

import Testing

@Suite struct OptionTests {
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

    /// Names have no colon, equals sign or space, and are not `help`; summaries are there and fit a line of help.
    @Test func textsCanBeParsed() {
        for option in all {
            verify(!"\(option.name)".isEmpty)
            verify("\(option.name)".allSatisfy { $0.isLowercase || $0 == "_" || $0.isNumber })
            verify("\(option.name)" != "help")
            verify(option.row.summary.utf8CodeUnitCount > 10 && option.row.summary.utf8CodeUnitCount < 300)
        }
    }

    /// Numbers have at most the nine digits that the parser takes; every default is among what is accepted.
    @Test func rangesAreSound() {
        for option in all {
            switch option.row.kind {
            case .number(let least, let most):
                verify(least < most && most <= 999_999_999, "\(option)")
                verify(option.defaultValue >= least && option.defaultValue <= most, "\(option)")
            case .toggle: verify(option.defaultValue <= 1, "\(option)")
            case .choice(let names):
                let names = "\(names)".split(separator: "|", omittingEmptySubsequences: false)
                verify(names.count >= 2 && Set(names).count == names.count, "\(option)")
                verify(names.allSatisfy { !$0.isEmpty && !$0.contains(":") && !$0.contains("=") }, "\(option)")
                verify(option.defaultValue < UInt(names.count), "\(option)")
            case .path: verify(option.defaultValue == 0, "\(option)")
            }
        }
    }

    private func names(of option: Option) -> [String] {
        guard case .choice(let names) = option.row.kind else { return [] }
        return "\(names)".split(separator: "|").map(String.init)
    }

    /// The cases that the core switches over are the table's names, in its order.
    @Test func policiesMatchTheirNames() {
        func cases<Policy: RawRepresentable>(_ type: Policy.Type) -> [String] where Policy.RawValue == UInt {
            (0..<10).compactMap { type.init(rawValue: $0).map { "\($0)" } }
        }
        verify(names(of: .onViolation) == cases(ViolationPolicy.self))
        verify(names(of: .unwinder) == cases(UnwinderChoice.self))
        verify(names(of: .foreignPointers) == cases(ForeignPointerPolicy.self))
        verify(names(of: .sizeMismatch) == cases(SizeMismatchPolicy.self))
        verify(names(of: .sampleSide) == cases(SampleSide.self))
        verify(names(of: .statisticsSignal) == cases(StatisticsSignal.self))
        for option in [Option.newDeleteMismatch, .alignmentMismatch, .reallocAligned] {
            verify(names(of: option) == cases(MismatchPolicy.self))
        }
    }

    @Test func mechanismsAreASet() {
        var mechanisms = Mechanisms()
        let all = (0..<20).compactMap(Mechanism.init(rawValue:))
        verify(all.count == 13 && Set(all.map { "\($0.name)" }).count == all.count)
        for mechanism in all {
            verify(!mechanisms.contains(mechanism))
            mechanisms.insert(mechanism)
            verify(mechanisms.contains(mechanism))
        }
        verify(Variant.mechanisms.contains(.guardPages) == Variant.guardPages)
    }
}
