// A file that may decide something because nobody but its owner can have written it. Without libc's buffers or heap.

import CBulwark

/// An open file of an administrator's: regular, reached through no symbolic link, writable by its owner alone.
struct TrustedFile {
    private let descriptor: Int32
    let byteCount: UInt

    /// What opening a file comes to.
    enum Opening {
        case opened(TrustedFile)
        case absent
        /// It is there and not to be trusted; the text says why.
        case refused(StaticString)
    }

    /// - Parameters:
    ///   - path: a C string.
    ///   - owner: the user that must own the file.
    static func open(_ path: UnsafePointer<CChar>, owner: UInt32) -> Opening {
        let descriptor = unsafe bw_os_open(path)
        guard descriptor >= 0 else {
            switch -descriptor {
            case Int32(BW_ENOENT), Int32(BW_ENOTDIR): return .absent
            case Int32(BW_ELOOP): return .refused("it is a symbolic link")
            default: return .refused("it cannot be opened")
            }
        }
        var facts = bw_file()
        let described = unsafe bw_os_describe(descriptor, &facts) == 0
        if described, facts.is_regular, facts.owner == owner, facts.mode & 0o022 == 0 {
            return .opened(TrustedFile(descriptor: descriptor, byteCount: UInt(facts.byte_count)))
        }
        bw_os_close(descriptor)
        if !described || !facts.is_regular { return .refused("it is not a regular file") }
        if facts.owner != owner { return .refused("it does not belong to root") }
        return .refused("others than its owner may write to it")
    }

    /// Reads the file from its beginning, once.
    /// - Returns: the bytes read, at most `limit`; nil if the kernel reports an error.
    @unsafe func read(into memory: Address, limit: UInt) -> UInt? {
        var count: UInt = 0
        while count < limit {
            let result = unsafe bw_os_read(descriptor, (memory + count).pointer, Int(limit - count))
            if result < 0 { return nil }
            if result == 0 { break }
            count += UInt(result)
        }
        return count
    }

    func close() { bw_os_close(descriptor) }
}
