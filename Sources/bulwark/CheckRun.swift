// What `bulwark check` did and found: for those who write it down.

import Foundation

/// A run of the program, and what was found.
struct CheckRun {
    let words: [String]
    let end: Child.End
    let seconds: Double
    let start: Date
    let groups: [FindingGroup]
    let symbolization: Symbolization
    /// The folder whose files are the program's own, absolute.
    let root: String

    /// The path of a file from the root; nil if it is elsewhere.
    func relative(_ file: String) -> String? {
        let prefix = root.hasSuffix("/") ? root : root + "/"
        return file.hasPrefix(prefix) ? String(file.dropFirst(prefix.count)) : nil
    }

    func mainLocation(_ group: FindingGroup) -> SourceLocation? {
        group.mainLocation(symbolization) { relative($0) != nil }
    }
}
