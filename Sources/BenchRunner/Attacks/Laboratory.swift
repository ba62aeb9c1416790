// Plays rounds: through Sources/Attacks/rounds.c, which starts a process for each and counts how they ended.

import Foundation

struct Laboratory {
    /// The compiled programs; scripts/attack puts them there.
    let programs: URL

    private var jobs: Int { max(1, Machine.allowedCPUs().count) }
    /// Longer than any round takes by itself, on a busy machine too.
    private static let secondsPerRound = 60

    /// - Returns: how `rounds` rounds ended. Throws a Failure if they could not be started.
    func play(_ strategy: Strategy, _ library: Results.Candidate, rounds: Int) throws -> AttackResults.Tally {
        let process = Process()
        let output = Pipe()
        process.executableURL = programs.appending(path: "rounds")
        process.arguments = [
            String(rounds), String(strategy.isSleeping ? jobs * 8 : jobs), String(Self.secondsPerRound),
            library.library,
            programs.appending(path: "attack").path, strategy.name,
        ]
        process.standardOutput = output
        do { try process.run() } catch {
            throw Failure(description: "\(programs.path) has no laboratory: run scripts/attack")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let tally = Self.tally(text, strategy.name, library.name) else {
            throw Failure(description: "rounds of \(strategy.name) under \(library.name) could not be counted")
        }
        return tally
    }

    /// From lines of a word and a number; nil unless all are there.
    static func tally(_ text: String, _ strategy: String, _ library: String) -> AttackResults.Tally? {
        var numbers: [Substring: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { numbers[words[0]] = Int(words[1]) }
        }
        guard let success = numbers["success"], let failed = numbers["failed"], let reported = numbers["reported"],
            let faulted = numbers["faulted"], let stuck = numbers["stuck"], let broken = numbers["broken"]
        else { return nil }
        return AttackResults.Tally(
            strategy: strategy, library: library, success: success, failed: failed + stuck, reported: reported,
            faulted: faulted, broken: broken)
    }

    /// The names of the strategies that the program has; a Failure if it cannot say.
    func names() throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = programs.appending(path: "attack")
        process.arguments = ["--list"]
        process.standardOutput = output
        do { try process.run() } catch {
            throw Failure(description: "\(programs.path) has no laboratory: run scripts/attack")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }
}
