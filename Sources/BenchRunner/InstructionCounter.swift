// Counts instructions with callgrind. The start of a process, and whatever an allocator does once, cancel out
// between a short and a long run.

import Foundation

struct InstructionCounter {
    let runner: Runner

    /// What was counted for some allocators.
    struct Counts {
        /// The empty loop's own, which are taken off.
        let loop: Double
        /// By allocator.
        var pairs: [String: Double] = [:]
        var failures: [(allocator: Allocator, reason: String)] = []

        /// Whether all is counted that can be: Scudo reserves more address space than valgrind has, and others like it
        /// may as well.
        var isComplete: Bool { failures.allSatisfy { $0.allocator.role == .hardened } }
    }

    /// Counts one malloc(64) and free for each; throws a Failure if not even the empty loop can be counted.
    func count(_ allocators: [Allocator], _ progress: Progress) throws -> Counts {
        progress.show("instructions, the empty loop")
        var counts = Counts(loop: try instructionsPerOperation("empty", allocators[0]))
        progress.advance()
        for allocator in allocators {
            progress.show("instructions, \(allocator.name)")
            do {
                counts.pairs[allocator.name] = try instructionsPerOperation("pair", allocator) - counts.loop
            } catch {
                counts.failures.append((allocator, "\(error)"))
            }
            progress.advance()
        }
        progress.report("instructions")
        return counts
    }

    private static let valgrind = "/usr/bin/valgrind"
    /// Operations of the two runs; the first is long enough for every list and cache to be filled.
    private static let short = 20_000
    private static let long = 120_000

    /// Instructions for one operation of `pair64 MODE`, the loop's own included.
    func instructionsPerOperation(_ mode: String, _ allocator: Allocator) throws -> Double {
        // Without valgrind, to see that the library is the one that is used.
        _ = try runner.run(
            workload(mode, counted: false), allocator, operations: Self.short, isVerified: true)
        let short = try count(mode, allocator, Self.short)
        let long = try count(mode, allocator, Self.long)
        return Double(long - short) / Double(Self.long - Self.short)
    }

    private func count(_ mode: String, _ allocator: Allocator, _ operations: Int) throws -> Int {
        let file = runner.scratch.appending(path: "callgrind")
        _ = try runner.run(
            workload(mode, counted: true), allocator, operations: operations, isVerified: false)
        guard let total = Self.total(in: String(decoding: try Data(contentsOf: file), as: UTF8.self)) else {
            throw Failure(description: "callgrind wrote no total")
        }
        return total
    }

    private func workload(_ mode: String, counted: Bool) -> Workload {
        let output = runner.scratch.appending(path: "callgrind").path
        return Workload(name: "pair64-\(mode)", group: .mallocBound, operations: Self.long) { places, count in
            let command = [places.programs.appending(path: "pair64").path, mode, String(count)]
            return counted
                ? Command(
                    program: Self.valgrind,
                    arguments: ["-q", "--tool=callgrind", "--callgrind-out-file=\(output)"] + command)
                : Command(program: command[0], arguments: Array(command.dropFirst()))
        }
    }

    /// The number in callgrind's line `totals: N` (or `summary: N`).
    static func total(in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "totals:" || words[0] == "summary:" { return Int(words[1]) }
        }
        return nil
    }
}
