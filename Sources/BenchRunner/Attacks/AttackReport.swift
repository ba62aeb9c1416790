// The results as Markdown: success by strategy and library; and how the other rounds ended.

import Foundation

struct AttackReport {
    let results: AttackResults

    private var names: [String] { results.libraries.map(\.name) }

    /// The rate of success with its 95 % interval, and the bound for secure.
    func rates() -> String {
        var table = MarkdownTable(["strategy", "attacker"] + names + ["secure's bound"], words: [0, 1])
        for strategy in results.strategies {
            let cells = names.map { results.tally(strategy, $0)?.proportion?.text ?? "–" }
            table.add(["`\(strategy.name)`", strategy.title] + cells + [strategy.boundText])
        }
        return table.render()
    }

    /// Rounds that ended in success, by a report, by a fault, and without anything.
    func endings() -> String {
        var table = MarkdownTable(["strategy"] + names)
        for strategy in results.strategies {
            table.add(
                ["`\(strategy.name)`"]
                    + names.map { name in
                        results.tally(strategy, name).map {
                            "\($0.success) / \($0.reported) / \($0.faulted) / \($0.failed)"
                        }
                            ?? "–"
                    })
        }
        return table.render()
    }

    /// The bounds and where they come from.
    static func bounds() -> String {
        var table = MarkdownTable(["strategy", "attacker", "bound", "arithmetic"], words: [0, 1, 2, 3])
        for strategy in Strategy.all {
            table.add(["`\(strategy.name)`", strategy.title, strategy.boundText, strategy.arithmetic])
        }
        return table.render()
    }
}
