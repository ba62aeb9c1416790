// One violation as it happened, and the line that says so.

import CBulwark

/// What is known of an address that a violation is about.
enum Subject {
    /// Nothing here is ours.
    case foreign
    /// A block of that many bytes starts there.
    case block(byteCount: UInt)
    /// A block of `byteCount` bytes starts there, and the program says that it has `claimed`.
    case sized(byteCount: UInt, claimed: UInt)
    /// A block of that many bytes starts there, which one function made and another one ends; by their names.
    case mismatched(byteCount: UInt, StaticString, StaticString)
    /// A block of that many bytes starts there, of another alignment than the program says; 0: none was named.
    case misaligned(byteCount: UInt, alignment: UInt, claimed: UInt)
    /// Inside one of our pages whose blocks have that many bytes, but no block in use starts there.
    case inside(byteCount: UInt)
}

/// The access that a guard stopped.
struct Fault {
    /// The address that was accessed.
    let address: Address
    let isWrite: Bool
    /// Where it was: the registers of the instruction, whose address is one byte more, as if it were a call's.
    let registers: bw_registers
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
    /// How it was found, if by a fault: then a signal's handler reports it, and its own callers are of no interest.
    var fault: Fault?
    /// The first wrong byte, where reports may say it.
    var damage: DamagedByte?
    /// The program goes on afterwards, whatever the option `on_violation` says.
    var isHarmless = false

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
        case .sized(let byteCount, let claimed):
            line.append(" (")
            line.append(decimal: byteCount)
            line.append("-byte block, freed as ")
            line.append(decimal: claimed)
            line.append(" bytes)")
        case .mismatched(let byteCount, let maker, let ender):
            line.append(" (")
            line.append(decimal: byteCount)
            line.append("-byte block by ")
            line.append(maker)
            line.append(", ended by ")
            line.append(ender)
            line.append(")")
        case .misaligned(let byteCount, let alignment, let claimed):
            line.append(" (")
            line.append(decimal: byteCount)
            line.append("-byte block with alignment ")
            line.append(alignmentOrNone: alignment)
            line.append(", ended with ")
            line.append(alignmentOrNone: claimed)
            line.append(")")
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

extension TextBuffer {
    fileprivate mutating func append(alignmentOrNone alignment: UInt) {
        if alignment == 0 { append("none") } else { append(decimal: alignment) }
    }
}
