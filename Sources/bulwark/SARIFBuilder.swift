// From findings to SARIF's objects.

import Foundation

struct SARIFBuilder {
    let run: CheckRun
    /// The rules' identifiers, in the order of the log.
    let rules: [String]

    var invocation: SARIFLog.Invocation {
        var code: Int32?
        var signal: Int32?
        switch run.end {
        case .exited(let status): code = status
        case .killed(let number): signal = number
        }
        return SARIFLog.Invocation(
            commandLine: run.words.joined(separator: " "), arguments: Array(run.words.dropFirst()),
            startTimeUtc: time(run.start), endTimeUtc: time(run.start.addingTimeInterval(run.seconds)),
            exitCode: code, exitSignalNumber: signal, executionSuccessful: code == 0)
    }

    private func time(_ date: Date) -> String {
        date.formatted(.iso8601)
    }

    func result(_ group: FindingGroup) -> SARIFLog.Result {
        let violation = group.finding.violation
        let main = run.mainLocation(group)
        return SARIFLog.Result(
            ruleId: violation, ruleIndex: rules.firstIndex(of: violation) ?? -1,
            level: group.finding.isLeak ? "warning" : "error",
            message: SARIFLog.Message(text: group.finding.message),
            locations: [main.map(location) ?? moduleLocation(group)],
            stacks: group.finding.stacks.filter { !$0.frames.isEmpty }.map(stack),
            occurrenceCount: group.count, partialFingerprints: ["bulwarkStack/v1": fingerprint(group)])
    }

    /// Where nothing is known of the source: readers want a file all the same.
    private func moduleLocation(_ group: FindingGroup) -> SARIFLog.Location {
        let frames = group.finding.stacks.flatMap(\.frames)
        let file = frames.lazy.compactMap(\.module).first { $0.hasPrefix("/") } ?? group.finding.program
        var location = SARIFLog.Location()
        location.physicalLocation = SARIFLog.PhysicalLocation(artifactLocation: artifact(file), region: nil)
        return location
    }

    private func stack(_ stack: (title: String, frames: [Finding.Frame])) -> SARIFLog.Stack {
        SARIFLog.Stack(
            message: SARIFLog.Message(text: "\(stack.title) here"), frames: stack.frames.flatMap(frames))
    }

    /// A frame, and the functions that it was inlined into as frames of their own.
    private func frames(_ frame: Finding.Frame) -> [SARIFLog.StackFrame] {
        let locations = run.symbolization[frame]
        guard !locations.isEmpty else {
            var unknown = SARIFLog.Location()
            unknown.logicalLocations = frame.symbol.map { [SARIFLog.LogicalLocation(name: $0)] }
            unknown.message = SARIFLog.Message(text: frame.offset.map { "return address \($0)" } ?? frame.address)
            return [SARIFLog.StackFrame(location: unknown, module: frame.module)]
        }
        return locations.map { SARIFLog.StackFrame(location: location($0), module: frame.module) }
    }

    private func location(_ source: SourceLocation) -> SARIFLog.Location {
        var location = SARIFLog.Location()
        if let file = source.file {
            let region = source.line.map { SARIFLog.Region(startLine: $0, startColumn: source.column) }
            location.physicalLocation = SARIFLog.PhysicalLocation(artifactLocation: artifact(file), region: region)
        }
        location.logicalLocations = source.function.map { [SARIFLog.LogicalLocation(name: $0)] }
        return location
    }

    private func artifact(_ file: String) -> SARIFLog.ArtifactLocation {
        if let relative = run.relative(file) {
            return SARIFLog.ArtifactLocation(uri: encoded(relative), uriBaseId: SARIFLog.base)
        }
        return SARIFLog.ArtifactLocation(uri: file.hasPrefix("/") ? "file://" + encoded(file) : encoded(file))
    }

    func uri(ofFolder path: String) -> String { "file://" + encoded(path.hasSuffix("/") ? path : path + "/") }

    private func encoded(_ path: String) -> String {
        // A colon in a relative reference's first segment would look like a scheme's.
        path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting([":"])) ?? path
    }

    /// The same for the same error after lines have moved: the violation and the functions of its backtraces.
    private func fingerprint(_ group: FindingGroup) -> String {
        var words = [group.finding.violation]
        for stack in group.finding.stacks {
            words += stack.frames.map { frame in
                run.symbolization[frame].first?.function ?? frame.symbol
                    ?? frame.module.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "?"
            }
        }
        // FNV-1a, 64 bits: a name, no secret.
        let hash = words.joined(separator: "\n").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
