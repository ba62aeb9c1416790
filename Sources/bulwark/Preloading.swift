// Whether a library can be preloaded into a program: where it cannot, a check would find nothing, and say so proudly.

import Foundation

enum Preloading {
    /// Why a library cannot be preloaded into a program; nil if it can, as far as one can see.
    /// - Parameter path: of the program; for a script its interpreter is looked at.
    static func obstacle(_ path: String, depth: Int = 0) -> String? {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        // The loader ignores LD_PRELOAD with a slash there, unless the user is who the program would become.
        let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        let owner = (attributes?[.ownerAccountID] as? NSNumber)?.uint32Value
        let group = (attributes?[.groupOwnerAccountID] as? NSNumber)?.uint32Value
        if mode & 0o4000 != 0, owner != geteuid() { return "\(path) is set-user-ID" }
        if mode & 0o2000 != 0, mode & 0o10 != 0, group != getegid() { return "\(path) is set-group-ID" }
        guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 4096) else {
            return "\(path) cannot be read"
        }
        if start.starts(with: Data("#!".utf8)) {
            let line = String(decoding: start.dropFirst(2).prefix { $0 != 10 }, as: UTF8.self)
            guard let interpreter = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).first, depth < 4 else {
                return nil
            }
            return obstacle(String(interpreter), depth: depth + 1)
        }
        guard start.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return "\(path) is no ELF file and no script" }
        return hasInterpreter(file, start) ? nil : "\(path) is linked statically"
    }

    /// True if a 64-bit ELF file has a segment of type PT_INTERP. elf(5).
    private static func hasInterpreter(_ file: FileHandle, _ header: Data) -> Bool {
        guard header.count >= 64, header[4] == 2 else { return false }
        let offset = number(header, at: 32, byteCount: 8)
        let size = number(header, at: 54, byteCount: 2)
        let count = number(header, at: 56, byteCount: 2)
        guard size >= 56, (try? file.seek(toOffset: offset)) != nil,
            let table = try? file.read(upToCount: Int(size * count))
        else { return false }
        return (0..<count).contains { index in
            let at = Int(index * size)
            return at + 4 <= table.count && number(table, at: at, byteCount: 4) == 3
        }
    }

    /// Little-endian.
    private static func number(_ data: Data, at offset: Int, byteCount: Int) -> UInt64 {
        (0..<byteCount).reversed().reduce(0) { $0 << 8 | UInt64(data[data.startIndex + offset + $1]) }
    }
}
