// Scaling series: workloads that differ in one number alone, drawn as a line an allocator.

/// Where a workload stands in a series.
struct Series: Codable, Equatable {
    /// The series' title, which also says what x counts: "larson, threads".
    let name: String
    /// Above zero: the axis is logarithmic.
    let x: Double
}
