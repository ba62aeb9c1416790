// Scaling series: workloads that differ in one number alone, drawn as a line an allocator.

/// Where a workload stands in a series.
struct Series: Codable, Equatable {
    /// The series' title, which also says what x counts: "larson, threads".
    let name: String
    /// Above zero: the axis is logarithmic.
    let x: Double
}

extension Workload {
    /// The same workload as a point of a series: drawn there, and left out of means and budgets.
    func inSeries(_ name: String, at x: Double) -> Workload {
        var point = self
        point.series = Series(name: name, x: x)
        return point
    }
}
