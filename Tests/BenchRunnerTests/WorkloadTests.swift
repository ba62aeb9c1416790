// The table of workloads: what the reports and the command line take for granted about it.

import Foundation
import Testing

@testable import bulwark_bench

@Suite struct WorkloadTests {
    private let places = Places(root: URL(filePath: "/root"))

    @Test func namesAreUniqueAndTellTheGroup() {
        #expect(Set(Workload.all.map(\.name)).count == Workload.all.count)
        for workload in Workload.all {
            #expect(workload.name.hasPrefix("scale-") == (workload.group == .scaling), "\(workload.name)")
            #expect(workload.name.hasPrefix("cliff-") == (workload.group == .cliffs), "\(workload.name)")
            #expect((workload.series != nil) == (workload.group == .scaling), "\(workload.name)")
        }
    }

    @Test func pointsOfASeriesDiffer() {
        let points = Dictionary(grouping: Workload.scaling.compactMap(\.series), by: \.name)
        for (name, series) in points {
            #expect(Set(series.map(\.x)).count == series.count, "\(name)")
            #expect(series.count >= 4, "\(name)")
        }
    }

    /// Programs that work in batches round up; then they would not print the number that they were given.
    @Test(arguments: [false, true]) func wholeBatches(isQuick: Bool) {
        for workload in Workload.all {
            let count = workload.operations(quick: isQuick)
            let command = workload.command(places, count)
            let arguments = command.arguments.compactMap { Int($0) }
            let batch =
                switch URL(filePath: command.client?.program ?? command.program).lastPathComponent {
                case "loop": arguments[arguments.count - 2]
                case "aligned", "zeroed", "longlist", "onesource": arguments[arguments.count - 2]
                case "larson", "shuffle", "latency", "sharing": arguments[0]
                case "crossfree": arguments[0] * 256
                case "asymmetric": arguments[0] * 128
                case "redis-load", "pgbench-load": 8
                default: 1
                }
            #expect(count % batch == 0, "\(workload.name): \(count) is no multiple of \(batch)")
        }
    }

    @Test func whatIsMissingIsNamed() {
        let memory = Need.memory(100 << 20)
        #expect(memory.lack(availableBytes: 150 << 20) == nil)
        #expect(memory.lack(availableBytes: 149 << 20) == "it needs 150 MiB, 149 are free")
        let program = Need.program(["/nowhere/z3", "/bin/sh"], package: "z3")
        #expect(program.lack(availableBytes: 0) == nil)
        #expect(
            Need.program(["/nowhere/z3"], package: "z3").lack(availableBytes: 0) == "z3 is not installed")
    }

    @Test func availableMemory() {
        let text = "MemTotal:       2048 kB\nMemAvailable:   1024 kB\n"
        #expect(Need.availableBytes(in: text) == 1 << 20)
        #expect(Need.availableBytes(in: "MemTotal: 2048 kB\n") == nil)
    }
}
