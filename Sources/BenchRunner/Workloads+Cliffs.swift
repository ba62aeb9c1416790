// The workloads that hurt most; the first lines of each program in Sources/Bench/cliffs say what it provokes.

extension Workload {
    static let cliffs: [Workload] = [
        .cliff("longlist", "64", "1000000", operations: 5_000_000),
        .cliff("longlist", "512", "100000", operations: 5_000_000),
        .cliff("pingpong", "full", operations: 40_000_000),
        .cliff("pingpong", "empty", operations: 40_000_000),
        .cliff("onesource", "4", "64", "200000", operations: 5_000_000),
        .cliff("purges", "64", "4096", "64", "150", metric: .cpu, operations: 10),
        .cliff("purges", "4096", "65536", "64", "150", metric: .cpu, operations: 15),
        .cliff("purges", "262144", "4194304", "64", "150", metric: .cpu, operations: 15),
        .cliff("guards", operations: 1_000_000),
        .cliff("thrash", "16384", "131072", "8", operations: 200_000),
        .cliff("thrash", "131072", "1048576", "8", operations: 20_000),
        .cliff("abandoned", "256", operations: 5_000),
        .cliff("swing", "64", "1000", operations: 60_000_000),
        .cliff("swing", "4096", "1000", operations: 20_000_000),
        .cliff("swing", "65536", "100", operations: 500_000),
        .cliff("seesaw", "8000", "9000", "100", operations: 40_000_000),
        .cliff("seesaw", "130000", "140000", "10", operations: 1_000_000),
        .cliff("seesaw", "1000000", "3000000", "10", operations: 200_000),
        .cliff("sleepers", "100", operations: 3_000),
        .cliff("forks", "64", operations: 400),
        // Sizes at the upper end of the small and of the medium blocks, and just past them.
        .cliff("loop", "8192", "100", "lifo", operations: 500_000),
        .cliff("loop", "8193", "100", "lifo", operations: 500_000),
        .cliff("loop", "131072", "10", "lifo", operations: 500_000),
        .cliff("loop", "131073", "10", "lifo", operations: 500_000),
    ]

    private static func cliff(
        _ name: String, _ arguments: String..., metric: Metric = .wall, operations: Int
    ) -> Workload {
        Workload(
            name: (["cliff", name] + arguments).joined(separator: "-"), group: .cliffs, metric: metric,
            operations: operations
        ) { places, count in
            Command(
                program: places.programs.appending(path: name).path, arguments: arguments + [String(count)])
        }
    }
}
