// The table of workloads. To add one: a program in Sources/Bench that ends with the line `operations N`, or an input
// in Sources/Bench/programs for a program that Debian has (named in scripts/bench), and an entry here.
// Counts are multiples of the batches that programs work in, also when divided by five.

import Foundation

extension Workload {
    static let all: [Workload] = loops + kinds + threads + realPrograms

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

    private static let realPrograms: [Workload] = [
        Workload(name: "python-malloc", group: .realPrograms, operations: 40_000) { places, count in
            python(places, count, ["PYTHONMALLOC": "malloc"])
        },
        Workload(name: "python-pools", group: .realPrograms, operations: 60_000) { places, count in
            python(places, count, [:])
        },
        Workload(name: "sqlite", group: .realPrograms, operations: 200_000) { places, count in
            Command(
                program: "/usr/bin/sqlite3",
                arguments: [
                    "-batch", "-cmd", "create table scale(n); insert into scale values(\(count));",
                    ":memory:",
                    ".read \(places.inputs.appending(path: "table.sql").path)",
                ])
        },
        Workload(name: "redis", group: .realPrograms, metric: .cpu, operations: 800_000) { places, count in
            Command(
                program: "/usr/bin/redis-server",
                arguments: [
                    "--port", "0", "--unixsocket", Command.socket, "--save", "", "--appendonly", "no",
                    // Debian links it to jemalloc, whose own thread would only disturb the one that is preloaded.
                    "--jemalloc-bg-thread", "no", "--loglevel", "warning",
                ],
                client: (
                    places.inputs.appending(path: "redis-load").path, [Command.socket, String(count / 8)]
                ))
        },
    ]

    /// Debian's own interpreter (a python3 in PATH may be somebody's wrapper script), with the same hashes each time.
    private static func python(_ places: Places, _ count: Int, _ environment: [String: String]) -> Command {
        Command(
            program: "/usr/bin/python3",
            arguments: ["-s", "-B", places.inputs.appending(path: "objects.py").path, String(count)],
            environment: environment.merging(["PYTHONHASHSEED": "0"]) { own, _ in own })
    }
}
