// `bulwark-bench budgets FILE`: the project's budgets, with an earlier run's figures.

import ArgumentParser

struct BudgetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budgets", abstract: "Judge a run's JSON by the project's budgets.")

    @Argument(help: ArgumentHelp("What 'run --json FILE' wrote.", valueName: "file"))
    var file: String

    @Flag(help: "Exit with status 1 unless every budget is met.")
    var check = false

    func validate() throws { _ = try Results(file: file) }

    func run() throws {
        let judgements = Budgets(try Results(file: file)).judgements()
        guard !judgements.isEmpty else {
            throw Failure(description: "\(file) has no run of release, secure or debug")
        }
        print(MarkdownReport.budgets(judgements))
        if check, judgements.contains(where: { $0.verdict != .met }) { throw ExitCode(1) }
    }
}
