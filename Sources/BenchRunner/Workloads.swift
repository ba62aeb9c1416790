// The table of workloads; other groups than the malloc-bound are in Workloads+Group.swift. To add one: a program in
// Sources/Bench that ends with the line `operations N`, or an input in Sources/Bench/programs for a program that Debian
// has (named in scripts/bench), and an entry here.
// Counts are multiples of the batches that programs work in, also when divided by five.

import Foundation

extension Workload {
    static let all: [Workload] = loops + kinds + threads + realPrograms + scaling + cliffs

    /// One thread: size, blocks held at once, order of frees.
    private static let loops: [Workload] = [
        .compiled("loop", "16", "1", "lifo", operations: 70_000_000),
        .compiled("loop", "64", "100", "lifo", operations: 60_000_000),
        .compiled("loop", "64", "1000", "fifo", operations: 50_000_000),
        .compiled("loop", "256", "1000", "random", operations: 30_000_000),
        .compiled("loop", "1024", "100", "random", operations: 30_000_000),
        .compiled("loop", "mixed", "100", "lifo", operations: 60_000_000),
        .compiled("loop", "mixed", "1000", "random", operations: 30_000_000),
        .compiled("containers", operations: 3_000_000),
    ]

    /// Other calls than malloc and free, other sizes, other shapes.
    private static let kinds: [Workload] = [
        .compiled("growth", "48", "4096", "100", operations: 20_000_000),
        .compiled("growth", "0", "16777216", "4", operations: 10_000),
        .compiled("large", "65536", "1048576", "16", "ends", operations: 500_000),
        .compiled("large", "65536", "1048576", "16", "all", operations: 100_000),
        .compiled("large", "1048576", "16777216", "8", "all", operations: 2_500),
        .compiled("aligned", "4096", "200", operations: 10_000_000),
        .compiled("zeroed", "16", "1024", "100", operations: 30_000_000),
        .compiled("zeroed", "65536", "1048576", "4", operations: 5_000),
        // It also sleeps for a second, to see what memory is given back.
        .compiled("fragment", "32", metric: .cpu, operations: 6_000_000),
        .spawn,
    ]

    /// Blocks that are freed by another thread than the one that allocated them, and threads that end.
    private static let threads: [Workload] = [
        .compiled("crossfree", "1", "16", "256", operations: 20_480_000),
        .compiled("crossfree", "4", "16", "1024", operations: 15_360_000),
        .compiled("asymmetric", "1", "3", "16", "256", operations: 12_800_000),
        .compiled("asymmetric", "3", "1", "16", "256", operations: 15_360_000),
        .compiled("larson", "2", "1000", "8", "500", operations: 30_000_000),
        .compiled("larson", "4", "5000", "8", "1000", operations: 20_000_000),
        .compiled("shuffle", "2", operations: 40_000_000),
        .compiled("shuffle", "8", operations: 40_000_000),
        .compiled("sharing", "active", "2", "8", "100", operations: 10_000_000),
        .compiled("sharing", "passive", "2", "8", "100", operations: 10_000_000),
        .compiled("shortlived", "4", "100", operations: 50_000),
        .compiled("latency", "2", operations: 8_000_000),
    ]

    /// What starting and ending a process costs under each library; the peak memory is the empty process's.
    private static let spawn = Workload(name: "spawn", group: .mallocBound, operations: 2_000) { places, count in
        Command(
            program: places.programs.appending(path: "spawn").path,
            arguments: [places.programs.appending(path: "empty").path, String(count)])
    }
}
