// Files that may decide something: whose they are, who may write them, what they are.

import CBulwark
import Glibc
import Testing

@Suite struct TrustedFileTests {
    /// Runs `body` with the path of a folder of its own.
    private func withFolder(_ body: (String) throws -> Void) rethrows {
        let folder = "/tmp/bulwark-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let result = unsafe mkdir(folder, 0o755)
        precondition(result == 0)
        defer {
            for name in ["file", "link", "folder", "pipe"] { unsafe remove(folder + "/" + name) }
            unsafe remove(folder)
        }
        try body(folder)
    }

    private func write(_ text: String, to path: String, mode: mode_t = 0o644) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0)
        let count = unsafe Glibc.write(descriptor, text, text.utf8.count)
        precondition(count == text.utf8.count)
        fchmod(descriptor, mode)
        close(descriptor)
    }

    private func opening(_ path: String, owner: UInt32 = getuid()) -> String {
        switch unsafe TrustedFile.open(path, owner: owner) {
        case .opened(let file):
            file.close()
            return "opened"
        case .absent: return "absent"
        case .refused(let reason): return "\(reason)"
        }
    }

    @Test func whatIsTrusted() {
        withFolder { folder in
            let file = folder + "/file"
            verify(opening(file) == "absent" && opening(file + "/below") == "absent")
            write("text", to: file)
            verify(opening(file) == "opened" && opening(file + "/below") == "absent")
            verify(opening(file, owner: getuid() + 1) == "it does not belong to root")
            for mode: mode_t in [0o664, 0o646, 0o666] {
                unsafe chmod(file, mode)
                verify(opening(file) == "others than its owner may write to it")
            }
            unsafe chmod(file, 0o400)
            verify(opening(file) == "opened")
            unsafe symlink(file, folder + "/link")
            verify(opening(folder + "/link") == "it is a symbolic link")
            unsafe mkdir(folder + "/folder", 0o755)
            verify(opening(folder + "/folder") == "it is not a regular file")
            unsafe mkfifo(folder + "/pipe", 0o644)
            verify(opening(folder + "/pipe") == "it is not a regular file")
        }
    }

    /// errno stays, and no descriptor is left over.
    @Test func leavesNothingBehind() {
        withFolder { folder in
            write("text", to: folder + "/file")
            let before = dup(0)
            close(before)
            bw_set_errno(77)
            for path in ["/file", "/absent", "/file/below", "", "/pipe"] { _ = opening(folder + path) }
            verify(bw_errno() == 77)
            let after = dup(0)
            close(after)
            verify(after <= before)
        }
    }

    @Test func reading() throws {
        try withFolder { folder in
            let text = String(repeating: "0123456789", count: 1000)
            write(text, to: folder + "/file")
            let memory = try require(VirtualMemory.map(byteCount: 16 * Unit.osPage, writable: true))
            for (limit, count): (UInt, UInt) in [(65_536, 10_000), (10_000, 10_000), (9999, 9999), (0, 0)] {
                guard case .opened(let file) = unsafe TrustedFile.open(folder + "/file", owner: getuid()) else {
                    Issue.record("not opened")
                    return
                }
                verify(file.byteCount == 10_000)
                unsafe memory.zero(byteCount: 16 * Unit.osPage)
                let result = unsafe file.read(into: memory, limit: limit)
                verify(result == count)
                let bytes = unsafe UnsafeRawBufferPointer(start: memory.pointer, count: 12_000)
                verify(unsafe bytes.prefix(Int(count)).elementsEqual(text.utf8.prefix(Int(count))))
                verify(unsafe bytes.dropFirst(Int(count)).allSatisfy { $0 == 0 })
                file.close()
            }
            VirtualMemory.unmap(memory, byteCount: 16 * Unit.osPage)
        }
    }
}
