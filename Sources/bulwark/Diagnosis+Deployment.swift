// What the system gives: files and settings of an installation.

import CoreTables
import Foundation

extension Diagnosis {
    static func unwinder(_ system: SystemFacts) -> Diagnosis {
        if system.kernel.hasUnwinder {
            return Diagnosis(name: "unwinder", status: .ok, finding: "libunwind-x86_64.so.8 is there")
        }
        return Diagnosis(
            name: "unwinder", status: .warning, finding: "libunwind-x86_64.so.8 is not there",
            meaning: "backtraces are taken by frame pointers: they end early in code without them",
            change: "install libunwind8 (Debian)")
    }

    static func symbolizer(_ system: SystemFacts) -> Diagnosis {
        if let path = system.symbolizer { return Diagnosis(name: "symbolizer", status: .ok, finding: path) }
        return Diagnosis(
            name: "symbolizer", status: .warning, finding: "neither llvm-symbolizer nor addr2line is in PATH",
            meaning: "bulwark check, report and symbolize know no files and lines",
            change: "install llvm or binutils (Debian)")
    }

    static func library(_ variant: String, _ system: SystemFacts) -> Diagnosis {
        let name = "library-\(variant)"
        guard let path = system.libraries[variant] else {
            return Diagnosis(
                name: name, status: .bad, finding: "no \(Library.name(variant)) in ../lib beside this tool",
                meaning: "bulwark run --variant \(variant) has nothing to preload", change: "install Bulwark whole")
        }
        guard (try? Library.lackedFlags(path)) != nil else {
            return Diagnosis(
                name: name, status: .bad, finding: "\(path) cannot be preloaded",
                meaning: "programs start without it, or not at all", change: "install Bulwark anew")
        }
        return Diagnosis(name: name, status: .ok, finding: path)
    }

    /// Parts of file names by which other allocators are known.
    private static let otherAllocators = [
        "jemalloc", "tcmalloc", "mimalloc", "hardened_malloc", "snmalloc", "tbbmalloc", "scudo", "rpmalloc",
    ]

    /// What is wrong with a list of libraries to preload.
    private static func preloading(
        name: String, of entries: [String], where place: String, _ system: SystemFacts
    ) -> Diagnosis {
        guard !entries.isEmpty else {
            return Diagnosis(name: name, status: .ok, finding: "nothing is preloaded by \(place)")
        }
        let list = entries.joined(separator: ", ")
        if let missing = entries.first(where: { $0.contains("/") && !$0.contains("$") && !system.exists($0) }) {
            return Diagnosis(
                name: name, status: .bad, finding: "\(place) names \(missing), which is not there",
                meaning: "every program says so when it starts, and runs without it",
                change: "correct the path, or take it out")
        }
        let files = entries.map { URL(fileURLWithPath: $0).lastPathComponent }
        let ours = files.filter { $0.hasPrefix("libbulwark") }
        let others = files.filter { file in otherAllocators.contains { file.contains($0) } }
        if ours.count > 1 || (!ours.isEmpty && !others.isEmpty) {
            return Diagnosis(
                name: name, status: .warning, finding: "\(place) preloads \(list)",
                meaning: "the first of several allocators is the program's; the others only take memory",
                change: "leave one of them")
        }
        return Diagnosis(name: name, status: .ok, finding: "\(place) preloads \(list)")
    }

    static func preloadFile(_ system: SystemFacts) -> Diagnosis {
        let entries = (system.text("/etc/ld.so.preload") ?? "").split { " \t\n:".contains($0) }.map(String.init)
        let found = preloading(name: "preload-file", of: entries, where: "/etc/ld.so.preload", system)
        guard found.status == .ok, entries.contains(where: { $0.contains("libbulwark") }) else { return found }
        var facts = stat()
        let path = system.place("/etc/ld.so.preload")
        guard unsafe stat(path, &facts) == 0, facts.st_uid != 0 || facts.st_mode & 0o22 != 0 else { return found }
        return Diagnosis(
            name: "preload-file", status: .bad, finding: "/etc/ld.so.preload can be written by others than root",
            meaning: "they can load any code into set-user-ID programs",
            change: "chown root: and chmod 644 /etc/ld.so.preload")
    }

    static func preloadVariable(_ system: SystemFacts) -> Diagnosis {
        let entries = (system.environment["LD_PRELOAD"] ?? "").split { " :".contains($0) }.map(String.init)
        return preloading(name: "preload-variable", of: entries, where: "LD_PRELOAD", system)
    }

    static func options(_ system: SystemFacts) -> Diagnosis {
        let text = system.environment["BULWARK_OPTIONS"] ?? ""
        let problems = CoreTables.problems(inOptions: text)
        guard let first = problems.first else {
            return Diagnosis(
                name: "options", status: .ok,
                finding: text.isEmpty ? "BULWARK_OPTIONS is not set" : "BULWARK_OPTIONS=\(text)")
        }
        return Diagnosis(
            name: "options", status: .warning, finding: "BULWARK_OPTIONS: \(first)",
            meaning: "each program warns of it, and the default holds",
            change: "correct it; bulwark options lists what there is")
    }

    static func exceptions(_ system: SystemFacts) -> Diagnosis {
        let (name, path) = ("exceptions", CoreTables.exceptionsPath)
        var facts = stat()
        guard unsafe lstat(system.place(path), &facts) == 0 else {
            return Diagnosis(name: name, status: .ok, finding: "no \(path)")
        }
        let isTrusted = facts.st_mode & S_IFMT == S_IFREG && facts.st_uid == 0 && facts.st_mode & 0o22 == 0
        guard isTrusted else {
            return Diagnosis(
                name: name, status: .bad,
                finding: "\(path) is ignored: it must be a regular file, root's, and writable by nobody else",
                meaning: "programs run without their exceptions, and each says so",
                change: "chown root: and chmod 644 \(path)")
        }
        guard let data = FileManager.default.contents(atPath: system.place(path)) else {
            return Diagnosis(
                name: name, status: .warning, finding: "\(path) cannot be read by you",
                meaning: "your programs run without their exceptions", change: "chmod 644 \(path)")
        }
        let problems = ExceptionsReview.problems(of: data)
        guard let first = problems.first else { return Diagnosis(name: name, status: .ok, finding: path) }
        return Diagnosis(
            name: name, status: .warning, finding: "\(path):\(first.line ?? 1): \(first.text)",
            meaning: "what is wrong has no effect", change: "bulwark options check --file \(path) says it all")
    }
}
