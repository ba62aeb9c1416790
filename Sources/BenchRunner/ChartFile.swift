// One SVG file of the charts that were asked for, one below the other.

import ArgumentParser

enum Chart: String, CaseIterable, ExpressibleByArgument {
    /// Bars of the groups' means, without single workloads: time, then peak memory.
    case means
    /// Bars by workload.
    case time
    case memory
    /// Lines of the scaling series.
    case scaling

    /// What is drawn when nothing is asked for.
    static func defaults(for results: Results) -> [Chart] {
        [.time, .memory] + (results.rows.contains { $0.series != nil } ? [.scaling] : [])
    }
}

enum ChartFile {
    static func render(_ charts: [Chart], _ results: Results) -> String {
        let palette = Palette(results.allocators.map(\.role))
        var svg = SVG()
        var y = 0.0
        for chart in charts {
            switch chart {
            case .means:
                y = BarChart(results, .time, palette, onlyMeans: true).draw(in: &svg, from: y)
                y = BarChart(results, .peakMemory, palette, onlyMeans: true).draw(in: &svg, from: y)
            case .time: y = BarChart(results, .time, palette).draw(in: &svg, from: y)
            case .memory: y = BarChart(results, .peakMemory, palette).draw(in: &svg, from: y)
            case .scaling: y = SeriesChart(results, palette).draw(in: &svg, from: y)
            }
        }
        return svg.document((BarChart.width, y + 8), title: "Bulwark's benchmarks", style: palette.style)
    }
}
