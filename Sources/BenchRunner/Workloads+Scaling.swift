// Series of workloads that differ in one number: the time of an operation should not depend on it. Whatever else grows
// with it (cache misses, for every program) shows in all allocators alike.

extension Workload {
    static let scaling: [Workload] = threads + liveBytes + liveBlocks + lifetimes

    /// The same work by 1 to 16 threads at once: on few cpus, many of them wait while they hold what others need.
    private static let threads: [Workload] =
        [1, 2, 4, 8, 16].map(larson) + [1, 2, 4, 8, 16].map(shuffle)
        + [1, 2, 4, 8].map(asymmetric)

    private static func larson(threads: Int) -> Workload {
        .compiled(
            "larson", String(threads), "1000", "8", "500", title: "scale-larson-threads-\(threads)",
            group: .scaling, series: Series(name: "larson, threads", x: Double(threads)), operations: 24_000_000)
    }

    private static func shuffle(threads: Int) -> Workload {
        .compiled(
            "shuffle", String(threads), title: "scale-shuffle-threads-\(threads)", group: .scaling,
            series: Series(name: "shuffle, threads", x: Double(threads)), operations: 40_000_000)
    }

    /// As many producers as consumers.
    private static func asymmetric(pairs: Int) -> Workload {
        .compiled(
            "asymmetric", String(pairs), String(pairs), "16", "256",
            title: "scale-asymmetric-threads-\(2 * pairs)", group: .scaling,
            series: Series(name: "asymmetric, threads", x: Double(2 * pairs)), operations: 10_240_000)
    }

    /// Blocks of 1 to 31 KiB, 16 KiB on average; each is replaced at least four times.
    private static let liveBytes: [Workload] = [
        (1, 10_000_000), (16, 10_000_000), (256, 6_000_000), (1024, 4_000_000), (4096, 3_000_000),
        (8192, 4_000_000), (16384, 5_000_000),
    ].map { mebibytes, operations in
        let blocks = mebibytes * 64
        return .compiled(
            "live", String(blocks), "1024", "31744", title: "scale-live-\(mebibytes)-MiB", group: .scaling,
            series: Series(name: "live, MiB", x: Double(mebibytes)), needs: [.memory(mebibytes << 20)],
            operations: operations)
    }

    /// Blocks of 64 bytes.
    private static let liveBlocks: [Workload] = [
        10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000,
    ].map { blocks in
        .compiled(
            "live", String(blocks), "64", "64", title: "scale-blocks-\(blocks)", group: .scaling,
            series: Series(name: "live, blocks of 64 bytes", x: Double(blocks)),
            needs: [.memory(blocks * 80)], operations: blocks < 100_000 ? 60_000_000 : 20_000_000)
    }

    /// Threads over time, four at once.
    private static let lifetimes: [Workload] = [1_000, 3_000, 10_000, 30_000, 100_000].map { count in
        .compiled(
            "shortlived", "4", "100", title: "scale-lifetimes-\(count)", group: .scaling,
            series: Series(name: "shortlived, threads over time", x: Double(count)), operations: count)
    }
}
