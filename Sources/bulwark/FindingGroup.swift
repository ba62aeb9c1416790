// The same error in many processes is one error.

/// Findings that differ in nothing but addresses, threads and processes.
struct FindingGroup {
    /// The first of them.
    let finding: Finding
    private(set) var count = 1
    /// The processes, by their ids.
    private(set) var processes: Set<Int>

    private init(_ finding: Finding) {
        self.finding = finding
        processes = [finding.process]
    }

    /// Groups in the order of their first findings.
    static func grouped(_ findings: [Finding]) -> [FindingGroup] {
        var groups: [FindingGroup] = []
        var places: [Key: Int] = [:]
        for finding in findings {
            let key = Key(finding)
            if let place = places[key] {
                groups[place].count += 1
                groups[place].processes.insert(finding.process)
            } else {
                places[key] = groups.count
                groups.append(FindingGroup(finding))
            }
        }
        return groups
    }

    /// What makes findings the same: the violation and all backtraces, by offsets in modules.
    private struct Key: Hashable {
        let violation: String
        let program: String
        let stacks: [[String]]

        init(_ finding: Finding) {
            violation = finding.violation
            program = finding.program
            stacks = finding.stacks.map { stack in
                stack.frames.map { frame in frame.module.map { "\($0)+\(frame.offset ?? "")" } ?? "?" }
            }
        }
    }
}

extension FindingGroup {
    /// The frame that a reader wants to see first: the innermost of the program's own with a known line, else the
    /// innermost that is known at all.
    /// - Parameter isOwn: whether a file is the program's, not a library's.
    func mainLocation(_ symbolization: Symbolization, isOwn: (String) -> Bool) -> SourceLocation? {
        let frames = finding.stacks.first { !$0.frames.isEmpty }?.frames ?? []
        let locations = frames.flatMap { symbolization[$0] }
        return locations.first { $0.line != nil && $0.file.map(isOwn) == true } ?? locations.first { $0.line != nil }
            ?? locations.first
    }
}
