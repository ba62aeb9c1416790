// Where reports go, and what they are compared with: the options that `run` and `render` share.

import ArgumentParser
import CommandEntry
import Foundation

struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Also write the Markdown report to this file.", valueName: "file"))
    var markdown: String?

    @Option(help: ArgumentHelp("Draw the charts into this file.", valueName: "file"))
    var svg: String?

    @Option(
        name: .customLong("chart"),
        help: ArgumentHelp(
            "What --svg draws: time, memory, scaling, means; may be repeated (default: all but means).",
            valueName: "chart"))
    var charts: [Chart] = []

    @Option(
        name: .customLong("compare"),
        help: ArgumentHelp("An older run's --json file: report how the ratios changed.", valueName: "file"))
    var older: String?

    @Option(
        help: ArgumentHelp(
            "With --compare: exit with status 1 if a ratio rose by more than this, beyond noise.",
            valueName: "percent"))
    var failAbove: Double?

    func validate() throws {
        try checkWritable(markdown, "--markdown")
        try checkWritable(svg, "--svg")
        guard charts.isEmpty || svg != nil else {
            throw ValidationError("--chart says what --svg draws; accepted: together with --svg FILE")
        }
        if let older { _ = try Results(file: older) }
        if let failAbove, !(failAbove >= 0 && failAbove.isFinite && older != nil) {
            throw ValidationError(
                "--fail-above \(failAbove) is no bound; accepted: 0 or more, together with --compare FILE")
        }
    }

    /// Writes the files that were asked for.
    ///
    /// - Returns: the Markdown report, and whether --fail-above asks for a failure.
    func write(_ results: Results) throws -> (markdown: String, isWorse: Bool) {
        let old = try older.map { try Results(file: $0) }
        let text = MarkdownReport(results, old: old).render() + "\n"
        if let markdown { try put(text, markdown) }
        if let svg {
            try put(ChartFile.render(charts.isEmpty ? Chart.defaults(for: results) : charts, results), svg)
        }
        guard let old, let failAbove else { return (text, false) }
        let worse = Changes(old: old, new: results).regressions(above: failAbove)
        for change in worse {
            let what = change.quantity == .time ? "time" : "peak memory"
            Console.note("\(change.workload), \(change.allocator): \(what) \(change.text)")
        }
        return (text, !worse.isEmpty)
    }

    private func put(_ text: String, _ file: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw Failure(description: "\(file) cannot be written")
        }
    }
}

/// Throws a ValidationError unless the file, if there is one, can be written: before hours of runs, not after.
func checkWritable(_ file: String?, _ option: String) throws {
    guard let file else { return }
    let manager = FileManager.default
    let isFolder = System.isFolder(file)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    guard !file.isEmpty, isFolder != true, manager.isWritableFile(atPath: isFolder == nil ? folder : file) else {
        throw ValidationError("\(option) \(file) cannot be written; accepted: a file in a writable folder")
    }
}

extension Results {
    /// Reads a run's JSON; throws a ValidationError if it is none.
    init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) cannot be read; accepted: a file that 'run --json FILE' wrote")
        }
        guard let report = try? JSONReport.decoded(data) else {
            throw ValidationError("\(file) is no report; accepted: a file that 'run --json FILE' wrote")
        }
        self = report.asResults()
    }
}
