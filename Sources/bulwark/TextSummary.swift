// What `bulwark check` says at the end, for people.

struct TextSummary {
    let groups: [FindingGroup]
    let symbolization: Symbolization

    /// Each error with its backtraces, then one line about all.
    var text: String { details + "bulwark check: \(total)\n" }

    /// The errors alone.
    var details: String { groups.map(text).joined() }

    private func text(_ group: FindingGroup) -> String {
        var text = group.finding.message + "\n"
        text += "  in \(group.finding.program), process \(group.finding.process)"
        if group.count > 1 {
            text += "; \(group.count) times, in \(counted(group.processes.count, "process", "processes"))"
        }
        text += "\n"
        for stack in group.finding.stacks {
            text += "  \(stack.title) here:\n"
            for (number, frame) in stack.frames.enumerated() {
                text += "    #\(number) \(describe(frame))\n"
                for outer in symbolization[frame].dropFirst() { text += "       inlined into \(outer.text)\n" }
            }
        }
        return text + "\n"
    }

    private func describe(_ frame: Finding.Frame) -> String {
        let module = frame.module.map { "(\($0)+\(frame.offset ?? "?"))" } ?? "(unknown module)"
        if let location = symbolization[frame].first { return "\(location.text) \(module)" }
        return [frame.symbol, module].compactMap { $0 }.joined(separator: " ")
    }

    private var total: String {
        guard !groups.isEmpty else { return "no memory errors found" }
        let processes = groups.reduce(into: Set<Int>()) { $0.formUnion($1.processes) }
        return "\(counted(groups.count, "memory error", "memory errors")) found in "
            + counted(processes.count, "process", "processes")
    }

    private func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}
