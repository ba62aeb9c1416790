// One violation as it happened, and the line that says so.

/// What is known of an address that a violation is about.
enum Subject {
    /// Nothing here is ours.
    case foreign
    /// A block of that many bytes starts there.
    case block(byteCount: UInt)
    /// Inside one of our pages whose blocks have that many bytes, but no block in use starts there.
    case inside(byteCount: UInt)
}

/// A violation, where and by whom.
struct Event {
    let violation: Violation
    let address: Address
    let subject: Subject
    /// The kernel's id of the thread that was caught.
    let thread: UInt32
    /// The block's past, where that was kept.
    var history: BlockHistory?

    /// `bulwark: <violation> 0x… (<subject>) by thread N`: what scripts look for.
    var line: TextBuffer {
        var line = TextBuffer()
        line.append("bulwark: ")
        line.append(violation.text)
        line.append(address)
        switch subject {
        case .foreign: line.append(" (not a block of this allocator)")
        case .block(let byteCount):
            line.append(" (")
            line.append(decimal: byteCount)
            line.append("-byte block)")
        case .inside(let byteCount):
            line.append(" (no block's start, among ")
            line.append(decimal: byteCount)
            line.append("-byte blocks)")
        }
        line.append(" by thread ")
        line.append(decimal: UInt(thread))
        return line
    }
}
