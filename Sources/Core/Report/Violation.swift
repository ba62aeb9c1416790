// What can be wrong with a program's use of memory, and the one line that says so.

import CBulwark

/// A misuse of memory that was found. The text is the first line's, which scripts look for: it never changes.
enum Violation: UInt8 {
    /// free of a block that was freed before and has not been handed out again.
    case doubleFree
    /// free of an address that is no live block's start: inside a block, or not ours at all.
    case invalidFree
    /// realloc of a block that was freed before.
    case reallocationOfFreed
    /// realloc of an address that is no live block's start.
    case invalidReallocation
    /// malloc_usable_size of an address that is no live block's start.
    case invalidUsableSize
    /// A free block is not as it was left: a write after its free, or one that went astray.
    case writeAfterFree
    /// The bytes behind a block's requested size were changed.
    case overflow
    /// The bytes right in front of a block were changed, and not from the block in front.
    case underflow
    /// A sized deallocation named another size than the block was requested with.
    case sizeMismatch
    /// memcpy or one of its kin was about to write, or read, past the end of a block.
    case copyOverflow
    /// An access past the end of a sampled block, stopped by its guard.
    case guardedOverflow
    /// An access in front of a sampled block, stopped by its guard.
    case guardedUnderflow
    /// An access to a sampled block after its free, or a copy out of a freed block.
    case guardedUseAfterFree
    /// An access through what malloc(0) returned.
    case zeroSizeAccess

    var text: StaticString {
        switch self {
        case .doubleFree: "double free of "
        case .invalidFree: "invalid free of "
        case .reallocationOfFreed: "realloc of freed "
        case .invalidReallocation: "invalid realloc of "
        case .invalidUsableSize: "invalid malloc_usable_size of "
        case .writeAfterFree: "write into freed memory at "
        case .overflow: "buffer overflow of "
        case .underflow: "buffer underflow of "
        case .sizeMismatch: "size mismatch in sized deallocation of "
        case .copyOverflow: "copy beyond the end of "
        case .guardedOverflow: "access beyond the end of "
        case .guardedUnderflow: "access before the start of "
        case .guardedUseAfterFree: "access to freed "
        case .zeroSizeAccess: "access to zero-size "
        }
    }
}

/// What is known of an address that a violation is about.
enum Subject {
    /// Nothing here is ours.
    case foreign
    /// A block of that many bytes starts there.
    case block(byteCount: UInt)
    /// A block of `byteCount` bytes starts there, and the program says that it has `claimed`.
    case sized(byteCount: UInt, claimed: UInt)
    /// Inside one of our pages whose blocks have that many bytes, but no block in use starts there.
    case inside(byteCount: UInt)
}

enum Report {
    /// Writes `bulwark: <violation> 0x… (<subject>) by thread N` to stderr, with one write and no allocation.
    static func writeLine(_ violation: Violation, at address: Address, _ subject: Subject) {
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
        case .inside(let byteCount):
            line.append(" (no block's start, among ")
            line.append(decimal: byteCount)
            line.append("-byte blocks)")
        }
        line.append(" by thread ")
        line.append(decimal: UInt(CurrentThread.id))
        line.append(byte: 10)
        line.write(to: 2)
    }

    /// Reports a violation and ends the process by SIGABRT. Any thread.
    @inline(never) static func violation(_ violation: Violation, at address: Address, _ subject: Subject) {
        writeLine(violation, at: address, subject)
        // A handler of SIGABRT may exit, and what runs then may allocate: a lock that this thread holds must not stop it.
        CurrentThread.passesLocks = true
        bw_os_abort()
    }
}
