// What `bulwark doctor` looks at: files below a root, which a test may make up, and what the kernel answers to calls.

import Foundation

/// The system that the libraries run on.
struct SystemFacts {
    /// Below which /proc, /sys and /etc are.
    let root: String
    let kernel: KernelFacts
    let environment: [String: String]
    /// The paths of the variants' libraries.
    let libraries: [String: String]
    /// A program that knows source lines; nil if there is none.
    let symbolizer: String?

    /// This system.
    /// - Parameter root: of the files that are read.
    static func current(root: String = "/") -> SystemFacts {
        var libraries: [String: String] = [:]
        for variant in ["release", "secure", "debug"] { libraries[variant] = Library.find(variant) }
        let symbolizer = Tool.find("llvm-symbolizer") ?? Tool.find("addr2line")
        return SystemFacts(
            root: root, kernel: .current(), environment: ProcessInfo.processInfo.environment, libraries: libraries,
            symbolizer: symbolizer)
    }

    /// The text of a file; nil if it cannot be read.
    func text(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: place(path)) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The number that a file holds.
    func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: place(path)) }

    /// Where a file of the system is.
    func place(_ path: String) -> String { root == "/" ? path : root + path }
}

/// What the kernel and libc answer when they are asked.
struct KernelFacts: Equatable {
    /// As uname says it.
    var release: String
    var machine: String
    /// MADV_GUARD_INSTALL makes guards that take no mapping.
    var hasGuards: Bool
    /// A process may read its own memory by process_vm_readv, which reports use.
    var readsItsMemory: Bool
    /// libunwind can be opened.
    var hasUnwinder: Bool
    /// RLIMIT_AS in bytes; nil if there is none.
    var addressLimit: UInt64?

    static func current() -> KernelFacts {
        var name = utsname()
        unsafe uname(&name)
        let release = unsafe withUnsafeBytes(of: &name.release) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let machine = unsafe withUnsafeBytes(of: &name.machine) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(9), &limit)
        return KernelFacts(
            release: release, machine: machine, hasGuards: installsGuards(), readsItsMemory: readsMemory(),
            hasUnwinder: unsafe dlopen("libunwind-x86_64.so.8", RTLD_NOW | RTLD_LOCAL) != nil,
            addressLimit: limit.rlim_cur == UInt64.max ? nil : UInt64(limit.rlim_cur))
    }

    /// madvise(2), MADV_GUARD_INSTALL: Linux 6.13.
    private static func installsGuards() -> Bool {
        guard let page = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            unsafe page != MAP_FAILED
        else { return false }
        defer { unsafe munmap(page, 4096) }
        return unsafe madvise(page, 4096, 102) == 0
    }

    /// process_vm_readv(2), which Glibc's module does not show.
    private static func readsMemory() -> Bool {
        typealias Read =
            @convention(c) (
                pid_t, UnsafePointer<iovec>, UInt, UnsafePointer<iovec>, UInt, UInt
            ) -> Int
        guard let symbol = unsafe dlsym(nil, "process_vm_readv") else { return false }
        let read = unsafe unsafeBitCast(symbol, to: Read.self)
        var (source, target) = (UInt64(0x0123_4567_89AB_CDEF), UInt64(0))
        let count = unsafe withUnsafeMutableBytes(of: &source) { source in
            unsafe withUnsafeMutableBytes(of: &target) { target in
                var local = unsafe iovec(iov_base: target.baseAddress, iov_len: 8)
                var remote = unsafe iovec(iov_base: source.baseAddress, iov_len: 8)
                return unsafe read(getpid(), &local, 1, &remote, 1, 0)
            }
        }
        return count == 8 && source == target
    }
}
