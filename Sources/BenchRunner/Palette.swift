// The charts' colours: a hue for each role, so that the project's own libraries stand out, and a shade for each
// allocator in it. Both charts and the legend use the same class for the same allocator.

struct Palette {
    /// The class of each allocator, by its place in the list.
    let classes: [String]
    let style: String

    /// Shades on a light page and on a dark one.
    private static let shades: [Allocator.Role: [(light: String, dark: String)]] = [
        .peer: [("#2f6db3", "#5b9be0"), ("#5f9ad6", "#86b8ee"), ("#9cc2e8", "#b5d4f5")],
        .other: [("#757c86", "#9aa2ad"), ("#a3a9b2", "#c3c8cf"), ("#8b6bb0", "#b79bd8"), ("#b79bd0", "#d5c3ea")],
        .hardened: [("#b8671b", "#e0934a"), ("#dd9a52", "#f0b981"), ("#a34a3c", "#d98072")],
        .own: [("#128a50", "#3fc485"), ("#0a5c4a", "#1fa38a"), ("#7cc29c", "#a5e0bf")],
    ]

    init(_ roles: [Allocator.Role]) {
        var used: [Allocator.Role: Int] = [:]
        var light: [String] = []
        var dark: [String] = []
        for (index, role) in roles.enumerated() {
            let shades = Self.shades[role, default: [("#888888", "#888888")]]
            let shade = shades[used[role, default: 0] % shades.count]
            used[role, default: 0] += 1
            light.append(Self.rule(index, shade.light))
            dark.append(Self.rule(index, shade.dark))
        }
        classes = roles.indices.map { "c\($0)" }
        style = """
            text{font:10px system-ui,sans-serif;fill:#24292f}
            .title{font-size:16px;font-weight:600}.panel{font-size:11px;font-weight:600}.own{font-weight:600}
            .note{fill:#656d76}.page{fill:#ffffff}.axis{stroke:#656d76;stroke-width:1}
            .grid{stroke:#d0d7de;stroke-width:1}.range{stroke:#24292f;stroke-width:1}.line{fill:none;stroke-width:1.8}
            \(light.joined())
            @media (prefers-color-scheme:dark){
            text{fill:#e6edf3}.note{fill:#9198a1}.page{fill:#0d1117}.axis{stroke:#9198a1}
            .grid{stroke:#30363d}.range{stroke:#e6edf3}
            \(dark.joined())
            }
            """
    }

    private static func rule(_ index: Int, _ colour: String) -> String {
        ".c\(index){fill:\(colour)}.line.c\(index){fill:none;stroke:\(colour)}"
    }
}
