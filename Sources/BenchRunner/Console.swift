// What goes to standard error: notes, and how far the runs are.

import Foundation

enum Console {
    static func note(_ text: String) {
        FileHandle.standardError.write(Data("bulwark-bench: \(text)\n".utf8))
    }
}

/// On a terminal one line that is written over and over; elsewhere, in a log, a line for each part that is done.
final class Progress {
    private let total: Int
    private var done = 0
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) != 0

    init(total: Int) { self.total = total }

    /// What runs now.
    func show(_ text: String) {
        guard isTerminal else { return }
        // Back to the first column, the text, and the rest of the line cleared.
        write("\r\(prefix) \(text)\u{1B}[K")
    }

    func advance() { done += 1 }

    /// A part that is done.
    func report(_ text: String) {
        if !isTerminal { write("\(prefix) \(text)\n") }
    }

    /// Clears the line.
    func finish() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private var prefix: String {
        Self.prefix(done: done, total: total, elapsed: (ContinuousClock.now - start) / .seconds(1))
    }

    /// "[ 40 %, 3 min left]"; how long it takes is known once a twentieth is done.
    static func prefix(done: Int, total: Int, elapsed: Double) -> String {
        let percent = done * 100 / max(total, 1)
        var left = ""
        if percent >= 5, done < total {
            let seconds = elapsed * Double(total - done) / Double(done)
            left = seconds < 60 ? ", under a minute left" : ", \(Int((seconds / 60).rounded(.up))) min left"
        }
        return "[\(percent < 10 ? " " : "")\(percent) %\(left)]"
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
