// What /proc tells of a process that runs under one of the libraries, from outside: nothing is stopped, and no memory is read.

import Foundation

struct ProcessFacts: Encodable, Equatable {
    let process: Int
    /// The program's path.
    let program: String
    /// The library's path; it has the suffix ` (deleted)` if it was replaced since.
    let library: String
    let variant: String
    let threads: Int
    /// BULWARK_OPTIONS, as the process was started with.
    let options: String?
    /// In bytes.
    let resident: Int
    /// Resident private memory: heap, stacks, and what else is no file's.
    let anonymous: Int
    let swapped: Int
    /// Address space; most of it is reserved, not used.
    let virtual: Int
    let mappings: Int
    /// As vm.max_map_count says; nil if it cannot be read.
    let mostMappings: Int?
    /// Anonymous mappings without any access: guards before Linux 6.13, and address space that is reserved.
    let inaccessibleMappings: Int

    /// - Parameter proc: the folder `/proc`, or one like it.
    /// - Throws: Failure if there is no such process, if it may not be looked at, or if no library is in it.
    init(_ process: Int, proc: String = "/proc") throws {
        func text(_ name: String) -> String? {
            FileManager.default.contents(atPath: "\(proc)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        }
        let folder = "\(proc)/\(process)"
        guard FileManager.default.fileExists(atPath: folder) else {
            throw Failure(description: "no process \(process); accepted: the id of one that runs")
        }
        guard let maps = text("\(process)/maps"), let status = text("\(process)/status") else {
            throw Failure(description: "process \(process) may not be looked at by you; act as its user, or as root")
        }
        let lines = maps.split(separator: "\n")
        let paths = lines.compactMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
        let ours = paths.compactMap { path in Self.variant(path).map { (path: path, variant: $0) } }
        guard let first = ours.first else {
            throw Failure(
                description:
                    "process \(process) does not run under a library of Bulwark's; start it by bulwark run -- PROGRAM"
            )
        }
        func kilobytes(_ name: String, _ text: String) -> Int {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
        let memory = text("\(process)/smaps_rollup") ?? ""
        self.process = process
        program = (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/exe")) ?? "?"
        (library, variant) = (first.path, first.variant)
        threads = status.firstMatch(of: /\nThreads:\s+([0-9]+)/).flatMap { Int($0.1) } ?? 0
        options = text("\(process)/environ")?.split(separator: "\0").first { $0.hasPrefix("BULWARK_OPTIONS=") }
            .map { String($0.dropFirst(16)) }
        resident = kilobytes("VmRSS", status)
        virtual = kilobytes("VmSize", status)
        swapped = kilobytes("VmSwap", status)
        anonymous = memory.isEmpty ? kilobytes("RssAnon", status) : kilobytes("Anonymous", memory)
        mappings = lines.count
        mostMappings = text("sys/vm/max_map_count").flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        inaccessibleMappings = lines.count { $0.contains(" ---p ") && !$0.contains("/") }
    }

    /// The variant whose library a file is, by its name.
    private static func variant(_ path: String) -> String? {
        guard let match = path.firstMatch(of: /\/libbulwark(?:-([a-z0-9]+))?\.so[^\/]*$/) else { return nil }
        return match.1.map(String.init) ?? "release"
    }
}
