// bulwark doctor: what this kernel and system give to the libraries, and what to change.

import ArgumentParser
import CommandEntry
import Foundation

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what this kernel and system give to the libraries, and what to change.",
        discussion: """
            Looks at guards, limits, huge pages, overcommit, ptrace, system call filters, preloading, exceptions, options, and \
            the libraries themselves; changes nothing. The exit status is 1 if something does not work.
            """)

    @Flag(help: "As JSON.") var json = false

    @Option(
        help: ArgumentHelp(
            "Read /proc, /sys and /etc below this folder; what calls answer is this system's.", valueName: "folder"))
    var root = "/"

    func validate() throws {
        guard System.isFolder(root) == true else {
            throw ValidationError("no folder '\(root)'; accepted: the root of a system")
        }
    }

    func run() throws {
        let path = URL(fileURLWithPath: root).standardizedFileURL.path
        let found = Diagnosis.all(.current(root: path))
        if json {
            try Output.write(json: found)
        } else {
            Output.write(DoctorText(terminal: Terminal(STDOUT_FILENO)).text(found))
        }
        if found.contains(where: { $0.status == .bad }) { throw ExitCode(1) }
    }
}

/// Diagnoses for people.
struct DoctorText {
    let terminal: Terminal

    func text(_ found: [Diagnosis]) -> String {
        let width = found.map(\.name.count).max() ?? 0
        let lines = found.map { diagnosis in
            let label =
                switch diagnosis.status {
                case .ok: terminal.styled("ok  ", .green)
                case .warning: terminal.styled("warn", .yellow)
                case .bad: terminal.styled("bad ", .red)
                }
            let name = diagnosis.name.padding(toLength: width, withPad: " ", startingAt: 0)
            var text = "\(label)  \(name)  \(diagnosis.finding)\n"
            let indent = String(repeating: " ", count: width + 8)
            if let meaning = diagnosis.meaning { text += "\(indent)means: \(meaning)\n" }
            if let change = diagnosis.change { text += "\(indent)change: \(change)\n" }
            return text
        }
        let counts = [Diagnosis.Status.ok, .warning, .bad].map { status in found.count { $0.status == status } }
        return lines.joined() + "\(counts[0]) ok, \(counts[1]) to know, \(counts[2]) that do not work\n"
    }
}
