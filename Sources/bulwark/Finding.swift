// A report as the libraries write it: an object of their JSON lines. The fields are those of Core.docc/Reports.md.

import Foundation

/// One violation, or one place whose blocks leaked.
struct Finding: Decodable, Equatable {
    /// A return address, innermost first in a backtrace.
    struct Frame: Decodable, Hashable {
        let address: String
        /// The module's path; nil where no module is known.
        let module: String?
        /// The return address's offset in the module's file, as `0x…`.
        let offset: String?
        /// The linker's name of the function, where the module's dynamic symbols know it.
        let symbol: String?
    }

    /// Who allocated or freed a block.
    struct Origin: Decodable, Equatable {
        let thread: Int?
        let frames: [Frame]
    }

    let violation: String
    /// The first line of the report as text.
    let message: String
    let variant: String
    let version: String
    let process: Int
    let program: String
    let thread: Int?
    /// Where it was found; leaks have none.
    let frames: [Frame]?
    let deallocated: Origin?
    let allocated: Origin?

    var isLeak: Bool { violation == "leak" || violation == "indirect-leak" }

    /// Its backtraces, each with what it is of, as reports call it.
    var stacks: [(title: String, frames: [Frame])] {
        var stacks: [(String, [Frame])] = []
        if let frames { stacks.append(("detected", frames)) }
        if let deallocated { stacks.append(("deallocated", deallocated.frames)) }
        if let allocated { stacks.append(("allocated", allocated.frames)) }
        return stacks
    }
}

extension Finding {
    /// What of a line of reports all of them have; summaries have no violation.
    private struct Kind: Decodable { let violation: String? }

    /// Reads JSON lines. Lines that report no violation (summaries) are passed over.
    /// - Returns: the reports, and how many lines are none: such as were cut off, where a process was killed or a disk was
    ///   full while they were written.
    static func read(_ text: String) -> (findings: [Finding], badLines: Int) {
        var (findings, badLines) = ([Finding](), 0)
        for line in text.split(separator: "\n") {
            let data = UnicodeBytes.restored(line)
            do {
                guard try JSONDecoder().decode(Kind.self, from: data).violation != nil else { continue }
                findings.append(try JSONDecoder().decode(Finding.self, from: data))
            } catch {
                badLines += 1
            }
        }
        return (findings, badLines)
    }
}
