// How `bulwark map` writes numbers and what comes from files.

/// Text as part of a page.
func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\n": result += "&#10;"
        default: result.unicodeScalars.append(character.value < 32 ? "?" : character)
        }
    }
    return result
}

/// A number with its digits in groups of three.
func number(_ value: Int) -> String {
    var digits = Array(String(value))
    var place = digits.count - 3
    while place > 0 {
        digits.insert("\u{202F}", at: place)
        place -= 3
    }
    return String(digits)
}

/// A number of bytes, to three digits or exact.
func bytes(_ value: Int) -> String {
    var (rest, unit) = (Double(value), 0)
    while rest >= 1024, unit < 4 { (rest, unit) = (rest / 1024, unit + 1) }
    let name = ["bytes", "KiB", "MiB", "GiB", "TiB"][unit]
    let tenths = Int((rest * 10).rounded())
    return unit == 0 || tenths % 10 == 0 || rest >= 100
        ? "\(Int(rest.rounded())) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
}
