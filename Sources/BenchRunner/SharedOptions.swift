// The options that both commands take: where things are, and which allocators are compared.

import ArgumentParser
import CommandEntry
import Foundation

struct SharedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The project's folder, which holds .build/bench and dist/lib.", valueName: "folder"))
    var root = "."

    @Option(
        name: .customLong("allocator"),
        help: ArgumentHelp(
            "Also measure this library; may be repeated. A known name replaces that allocator.",
            valueName: "name=file.so"))
    var added: [String] = []

    @Option(
        name: .customLong("without"),
        help: ArgumentHelp("Leave this allocator out; may be repeated.", valueName: "name"))
    var excluded: [String] = []

    @Flag(help: "Check the options, print what they would run, and end.")
    var list = false

    var places: Places { Places(root: URL(fileURLWithPath: root, isDirectory: true).standardizedFileURL) }

    func validate() throws {
        let names =
            try Allocator.builtIn(places, scudo: nil).map(\.name)
            + added.map { try Allocator(argument: $0).name }
        for name in excluded where !names.contains(name) {
            throw ValidationError("--without \(name) is no allocator; accepted: \(names.joined(separator: " "))")
        }
    }

    /// The allocators to measure, those added last; a library that may be missing and is, is left out with a note.
    func allocators() throws -> [Allocator] {
        var all = Allocator.builtIn(places, scudo: Toolchain.scudo()?.path)
        for argument in added {
            let allocator = try Allocator(argument: argument)
            all.removeAll { $0.name == allocator.name }
            all.append(allocator)
        }
        all.removeAll { excluded.contains($0.name) }
        guard !all.isEmpty else { throw ValidationError("--without leaves no allocator; accepted: fewer of them") }
        return try all.filter { allocator in
            if FileManager.default.isReadableFile(atPath: allocator.library) { return true }
            guard [.own, .hardened].contains(allocator.role) else {
                throw Failure(description: "\(allocator.library) is missing: \(allocator.origin)")
            }
            if !list {
                Console.note("\(allocator.name) is left out (\(allocator.origin)): there is no \(allocator.library)")
            }
            return false
        }
    }
}

extension Allocator {
    /// From `NAME=FILE.so`; throws a ValidationError that says what is wrong with the option's argument.
    init(argument: String, option: String = "--allocator") throws {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
        else {
            throw ValidationError("\(option) \(argument) is no pair; accepted: NAME=FILE.so")
        }
        let file = URL(fileURLWithPath: parts[1]).standardizedFileURL.path
        // The loader splits LD_PRELOAD at spaces and colons.
        guard System.isFolder(file) == false, !file.contains(where: { " :".contains($0) }) else {
            throw ValidationError(
                "\(option) \(argument) names no file; accepted: a readable library, no space or colon in its path"
            )
        }
        self.init(
            name: parts[0], library: file, role: Allocator.role(ofName: parts[0]),
            origin: "given by \(option)")
    }
}

/// Where the benchmark's parts lie.
struct Places {
    let root: URL

    /// The compiled workloads and the launcher; scripts/bench puts them there.
    var programs: URL { root.appending(path: ".build/bench") }
    /// The inputs of real programs.
    var inputs: URL { root.appending(path: "Sources/Bench/programs") }
    /// The project's own libraries; scripts/build puts them there.
    var libraries: URL { root.appending(path: "dist/lib") }
    var launcher: String { programs.appending(path: "launch").path }
}
