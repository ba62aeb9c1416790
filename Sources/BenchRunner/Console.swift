// What goes to standard error: notes, and a line of progress where somebody watches.

import Foundation

enum Console {
    static func note(_ text: String) {
        FileHandle.standardError.write(Data("bulwark-bench: \(text)\n".utf8))
    }
}

/// One line that is written over and over; silent unless standard error is a terminal.
final class Progress {
    private let total: Int
    private var done = 0
    private let isShown = isatty(STDERR_FILENO) != 0

    init(total: Int) { self.total = total }

    func show(_ text: String) {
        guard isShown else { return }
        // Back to the first column, the text, and the rest of the line cleared.
        FileHandle.standardError.write(Data("\r[\(done * 100 / max(total, 1)) %] \(text)\u{1B}[K".utf8))
    }

    func advance() { done += 1 }

    /// Clears the line.
    func finish() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
