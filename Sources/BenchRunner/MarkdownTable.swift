// A Markdown table whose columns line up in a terminal as well.

struct MarkdownTable {
    let header: [String]
    private(set) var rows: [[String]] = []
    /// The columns of words, which are aligned left; the others are aligned right.
    private let words: Set<Int>

    init(_ header: [String], words: Set<Int> = [0]) {
        self.header = header
        self.words = words
    }

    mutating func add(_ row: [String]) { rows.append(row.map { $0.replacing("|", with: "\\|") }) }

    func render() -> String {
        // The rule needs two characters: "-:".
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.reduce(2, max) }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return words.contains(column) ? cell + space : space + cell
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map { column, width in
            let isLeft = words.contains(column)
            return String(repeating: "-", count: isLeft ? width : width - 1) + (isLeft ? "" : ":")
        }
        return ([line(header), line(rule)] + rows.map(line)).joined(separator: "\n")
    }
}
