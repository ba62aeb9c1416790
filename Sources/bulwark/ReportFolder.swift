// Where the processes of a check leave their reports: a file each, in a folder of their own.

import Foundation

struct ReportFolder {
    private let path: String

    /// - Throws: if the folder for temporary files is of no use: its name stands in a list with colons.
    init() throws {
        let parent = FileManager.default.temporaryDirectory.path
        // A part of options and of LD_PRELOAD, which know no quotes.
        guard !parent.contains(where: { ": \t%".contains($0) }), parent.utf8.count < 400 else {
            throw Failure(
                description: "TMPDIR is '\(parent)'; accepted: 1 to 399 bytes without colon, space and percent sign")
        }
        path = parent + "/bulwark-check-\(UUID().uuidString)"
        // Its files may quote what the program had in memory.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    /// For the option json_file: %p is the process's id.
    var pattern: String { path + "/%p.json" }

    /// The path of a library as LD_PRELOAD can say it.
    func preloadable(_ library: String) throws -> String {
        guard library.contains(where: { ": \t".contains($0) }) else { return library }
        let link = path + "/" + URL(fileURLWithPath: library).lastPathComponent
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: library)
        return link
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    struct Contents {
        /// All lines of all files.
        var lines: [String] = []
        var findings: [Finding] = []
        /// What was not looked for, and why.
        var notes: [String] = []
        /// Some reports cannot be read: what they were about is not known.
        var isIncomplete = false
    }

    /// Reads what was written, in the order of the processes' ids.
    func read() throws -> Contents {
        var contents = Contents()
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        for name in names.filter({ $0.hasSuffix(".json") }).sorted(by: { Self.process($0) < Self.process($1) }) {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
            contents.lines += text.split(separator: "\n").map(String.init)
            let read = Finding.read(text)
            contents.findings += read.findings
            if read.badLines != 0 {
                contents.isIncomplete = true
                contents.notes.append("some reports of process \(Self.process(name)) cannot be read")
            }
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
