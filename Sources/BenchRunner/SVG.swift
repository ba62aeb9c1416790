// A few shapes of SVG as text. Colours are classes, which the style sheet gives for a light and a dark page.

import Foundation

struct SVG {
    private(set) var body = ""

    mutating func rect(_ box: Box, _ style: String, radius: Double = 0, tip: String? = nil) {
        let corner = radius > 0 ? " rx=\"\(Self.number(radius))\"" : ""
        let shape = """
            <rect x="\(Self.number(box.x))" y="\(Self.number(box.y))" width="\(Self.number(max(box.width, 0)))" \
            height="\(Self.number(box.height))"\(corner) class="\(Self.escape(style))"
            """
        add(shape + (tip.map { "><title>\(Self.escape($0))</title></rect>" } ?? "/>"))
    }

    mutating func line(_ from: Point, _ to: Point, _ style: String) {
        add(
            """
            <line x1="\(Self.number(from.x))" y1="\(Self.number(from.y))" x2="\(Self.number(to.x))" \
            y2="\(Self.number(to.y))" class="\(Self.escape(style))"/>
            """)
    }

    mutating func path(through points: [Point], _ style: String) {
        guard !points.isEmpty else { return }
        let list = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        add("<polyline points=\"\(list)\" class=\"\(Self.escape(style))\"/>")
    }

    mutating func dot(_ at: Point, _ radius: Double, _ style: String, tip: String) {
        add(
            """
            <circle cx="\(Self.number(at.x))" cy="\(Self.number(at.y))" r="\(Self.number(radius))" \
            class="\(Self.escape(style))"><title>\(Self.escape(tip))</title></circle>
            """)
    }

    /// - Parameter at: the start of the text's base line, its end or its middle, as `anchor` says.
    mutating func text(_ text: String, _ at: Point, _ style: String, anchor: Anchor = .start) {
        add(
            """
            <text x="\(Self.number(at.x))" y="\(Self.number(at.y))" text-anchor="\(anchor.rawValue)" \
            class="\(Self.escape(style))">\(Self.escape(text))</text>
            """)
    }

    /// The whole file.
    func document(_ size: (width: Double, height: Double), title: String, style: String) -> String {
        let (width, height) = (Self.number(size.width), Self.number(size.height))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img">
            <title>\(Self.escape(title))</title>
            <style>\(style)</style>
            <rect width="\(width)" height="\(height)" rx="6" class="page"/>
            \(body)</svg>

            """
    }

    private mutating func add(_ element: String) { body += element + "\n" }

    /// Text as it may stand in an element or an attribute; characters that XML forbids are left out.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&apos;"
            case "\t", "\n", "\r": escaped += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// At most two decimals, and never an exponent or a comma. What is no number is drawn at 0.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let text = String(format: "%.2f", value)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }

    struct Point {
        var x: Double
        var y: Double
    }

    struct Box {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
    }

    enum Anchor: String { case start, middle, end }
}
