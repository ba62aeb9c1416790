// SARIF 2.1.0: what code scanning reads. OASIS, Static Analysis Results Interchange Format.

import CoreTables
import Foundation

/// A log with one run, as Encodable objects under the names of the standard.
struct SARIFLog: Encodable {
    let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    let version = "2.1.0"
    let runs: [Run]

    enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    struct Run: Encodable {
        let tool: Tool
        let invocations: [Invocation]
        let originalUriBaseIds: [String: ArtifactLocation]
        let results: [Result]
    }
    struct Tool: Encodable { let driver: Driver }
    struct Driver: Encodable {
        let name = "bulwark"
        let version: String
        let rules: [ReportingDescriptor]
    }
    struct ReportingDescriptor: Encodable {
        let id: String
        let shortDescription: Message
        let fullDescription: Message
    }
    struct Message: Encodable { let text: String }
    struct Invocation: Encodable {
        let commandLine: String
        let arguments: [String]
        let startTimeUtc: String
        let endTimeUtc: String
        let exitCode: Int32?
        let exitSignalNumber: Int32?
        let executionSuccessful: Bool
    }
    struct Result: Encodable {
        let ruleId: String
        let ruleIndex: Int
        let level: String
        let message: Message
        let locations: [Location]
        let stacks: [Stack]
        let occurrenceCount: Int
        let partialFingerprints: [String: String]
    }
    struct Location: Encodable {
        var physicalLocation: PhysicalLocation?
        var logicalLocations: [LogicalLocation]?
        var message: Message?
    }
    struct PhysicalLocation: Encodable {
        let artifactLocation: ArtifactLocation
        let region: Region?
    }
    struct ArtifactLocation: Encodable {
        let uri: String
        var uriBaseId: String?
    }
    struct Region: Encodable {
        let startLine: Int
        let startColumn: Int?
    }
    struct LogicalLocation: Encodable {
        let name: String
        let kind = "function"
    }
    struct Stack: Encodable {
        let message: Message
        let frames: [StackFrame]
    }
    struct StackFrame: Encodable {
        let location: Location
        let module: String?
    }

    /// What relative URIs are relative to.
    static let base = "ROOT"

    init(_ run: CheckRun) {
        let rules =
            Rule.all
            + run.groups.map { Rule.of($0.finding.violation) }
            .filter { rule in !Rule.all.contains { $0.identifier == rule.identifier } }
        let builder = SARIFBuilder(run: run, rules: rules.map(\.identifier))
        let version = run.groups.first?.finding.version ?? CoreTables.version
        runs = [
            Run(
                tool: Tool(driver: Driver(version: version, rules: rules.map(Self.descriptor))),
                invocations: [builder.invocation],
                originalUriBaseIds: [Self.base: ArtifactLocation(uri: builder.uri(ofFolder: run.root))],
                results: run.groups.map(builder.result))
        ]
    }

    private static func descriptor(_ rule: Rule) -> ReportingDescriptor {
        ReportingDescriptor(
            id: rule.identifier, shortDescription: Message(text: rule.title),
            fullDescription: Message(text: rule.explanation))
    }

    /// The log as a file's text.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}
