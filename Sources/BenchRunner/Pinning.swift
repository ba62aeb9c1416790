// Which workloads have one busy thread. They are kept on one cpu, so that the scheduler's moves are no noise in them.

extension Workload {
    /// How their names begin. What is not listed may use every cpu, which is never wrong, only noisier.
    private static let singleThreaded = [
        "aligned-", "containers", "fragment-", "growth-", "large-", "loop-", "lua", "perl", "python-",
        "scale-blocks-",
        "scale-live-", "spawn", "sqlite", "swift", "z3", "zeroed-",
        // The server; its client has the other cpus.
        "redis",
    ]

    var isPinned: Bool { Self.singleThreaded.contains { name.hasPrefix($0) } }
}
