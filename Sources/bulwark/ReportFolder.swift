// Where the processes of a check leave their reports: a file each, in a folder of their own.

import Foundation

struct ReportFolder {
    private let path: String

    /// - Throws: if the folder for temporary files is of no use: its name stands in a list with colons.
    init() throws {
        let parent = FileManager.default.temporaryDirectory.path
        guard !parent.contains(":") else {
            throw Failure(description: "TMPDIR is '\(parent)'; accepted: a path without colons")
        }
        path = parent + "/bulwark-check-\(UUID().uuidString)"
        // Its files may quote what the program had in memory.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    /// For the option json_file: %p is the process's id.
    var pattern: String { path + "/%p.json" }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    struct Contents {
        /// All lines of all files.
        var lines: [String] = []
        var findings: [Finding] = []
        /// What was not looked for, and why.
        var notes: [String] = []
    }

    /// Reads what was written, in the order of the processes' ids.
    func read() throws -> Contents {
        var contents = Contents()
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        for name in names.sorted(by: { Self.process($0) < Self.process($1) }) {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
            contents.lines += text.split(separator: "\n").map(String.init)
            contents.findings += try Finding.read(text, path: name)
            contents.notes += Self.notes(text)
        }
        return contents
    }

    /// The process whose file has a name.
    private static func process(_ name: String) -> Int { Int(name.prefix { $0 != "." }) ?? 0 }

    private struct Note: Decodable { let note: String? }

    private static func notes(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Note.self, from: Data($0.utf8)).note }
    }
}
