// `bulwark-bench instructions`: how many instructions one malloc(64) and its free take, counted by callgrind, so
// exact and the same on a busy machine. Last in, first out: the fast paths and nothing else.

import ArgumentParser
import Foundation

struct InstructionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instructions",
        abstract: "Count the instructions of one malloc(64) and free, with valgrind.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let allocators = try shared.allocators()
        if shared.list {
            print(Self.listing(allocators))
            return
        }
        let runner = try Runner(places: shared.places, timeLimit: 300)
        defer { runner.removeScratch() }
        let progress = Progress(total: allocators.count + 1)
        let counts = try InstructionCounter(runner: runner).count(allocators, progress)
        progress.finish()

        var table = MarkdownTable(["allocator", "instructions per malloc(64) and free"])
        for allocator in allocators {
            let count = counts.pairs[allocator.name]
            table.add([allocator.name, count.map { String(format: "%.1f", $0) } ?? "failed"])
        }
        print(table.render())
        print(
            String(
                format: "\nThe loop's own %.1f instructions are taken off; the two calls are counted.",
                counts.loop))
        let failures = counts.failures.map { "- \($0.allocator.name): \($0.reason)" }
        if !failures.isEmpty {
            print("\n### Failures\n\n" + failures.joined(separator: "\n"))
            if !counts.isComplete { throw ExitCode(1) }
        }
    }

    static func listing(_ allocators: [Allocator]) -> String {
        var table = MarkdownTable(["allocator", "library"])
        for allocator in allocators { table.add([allocator.name, allocator.library]) }
        return table.render()
    }
}
