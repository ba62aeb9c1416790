import Foundation
import Testing

@testable import bulwark

/// A made-up system: a folder with its files, and what its kernel answers.
struct MadeUpSystem: ~Copyable {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("doctor-\(UUID().uuidString)").path
    var kernel = KernelFacts(
        release: "6.13.0", machine: "x86_64", hasGuards: true, readsItsMemory: true, hasUnwinder: true,
        addressLimit: nil)
    var environment: [String: String] = [:]

    init() throws {
        try put("65530\n", at: "/proc/sys/vm/max_map_count")
        try put("0\n", at: "/proc/sys/vm/overcommit_memory")
        try put("always [madvise] never\n", at: "/sys/kernel/mm/transparent_hugepage/enabled")
        try put("Name:\tx\nSeccomp:\t0\n", at: "/proc/self/status")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func put(_ text: String, at path: String) throws {
        let place = URL(fileURLWithPath: root + path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }

    func diagnosis(_ name: String) -> Diagnosis? {
        let system = SystemFacts(
            root: root, kernel: kernel, environment: environment, libraries: [:],
            symbolizer: "/usr/bin/addr2line")
        return Diagnosis.all(system).first { $0.name == name }
    }

    func status(_ name: String) -> Diagnosis.Status? { diagnosis(name)?.status }
}

@Suite struct DoctorTests {
    let kernelNames = [
        "processor", "kernel", "guards", "mappings", "overcommit", "address-space", "huge-pages", "memory-reading",
        "unwinder", "symbolizer", "ptrace", "system-calls", "preload-file", "preload-variable", "exceptions",
        "options",
    ]

    @Test func aHealthySystem() throws {
        let system = try MadeUpSystem()
        for name in kernelNames { #expect(system.status(name) == .ok, "\(name)") }
        // There are none in it.
        #expect(system.status("library-secure") == .bad)
    }

    @Test func whatIsNotWellSaysWhatToChange() throws {
        var system = try MadeUpSystem()
        system.kernel = KernelFacts(
            release: "5.4.0", machine: "aarch64", hasGuards: false, readsItsMemory: false, hasUnwinder: false,
            addressLimit: 100 << 20)
        system.environment = ["LD_PRELOAD": "/no/such.so", "BULWARK_OPTIONS": "fast=1"]
        for name in ["guards", "memory-reading", "unwinder", "address-space", "options"] {
            #expect(system.status(name) == .warning, "\(name)")
        }
        for name in ["processor", "preload-variable"] { #expect(system.status(name) == .bad, "\(name)") }
        for name in kernelNames {
            guard let found = system.diagnosis(name), found.status != .ok else { continue }
            #expect(found.meaning != nil && found.change != nil, "\(name)")
        }
    }

    @Test func mappingsAreScarceWhereGuardsTakeThem() throws {
        var system = try MadeUpSystem()
        try system.put("30000", at: "/proc/sys/vm/max_map_count")
        #expect(system.status("mappings") == .ok)
        system.kernel.hasGuards = false
        #expect(system.status("mappings") == .warning)
    }

    @Test func preloadedLibraries() throws {
        var system = try MadeUpSystem()
        try system.put("", at: "/lib/libbulwark.so")
        try system.put("", at: "/lib/libjemalloc.so.2")
        try system.put("/lib/libbulwark.so\n", at: "/etc/ld.so.preload")
        #expect(system.diagnosis("preload-file")?.finding.contains("/lib/libbulwark.so") == true)
        system.environment["LD_PRELOAD"] = "/lib/libbulwark.so:/lib/libjemalloc.so.2"
        #expect(system.status("preload-variable") == .warning)
        // A name without a slash is the loader's to find, and $LIB its own word.
        system.environment["LD_PRELOAD"] = "libbulwark.so /usr/$LIB/other.so"
        #expect(system.status("preload-variable") == .ok)
    }

    @Test func exceptionsMustBeTrusted() throws {
        let system = try MadeUpSystem()
        try system.put("/usr/bin/a purge_delay=5\n", at: "/etc/bulwark/exceptions.conf")
        let path = system.root + "/etc/bulwark/exceptions.conf"
        unsafe chmod(path, 0o666)
        #expect(system.status("exceptions") == .bad)
        unsafe chmod(path, 0o644)
        // Root's, if these tests are root's.
        #expect(system.status("exceptions") == (geteuid() == 0 ? .ok : .bad))
    }

    @Test func textForPeople() {
        let found = [
            Diagnosis(name: "a", status: .ok, finding: "fine"),
            Diagnosis(name: "longer", status: .warning, finding: "odd", meaning: "this", change: "that"),
        ]
        #expect(
            DoctorText(terminal: Terminal(isColoured: false)).text(found) == """
                ok    a       fine
                warn  longer  odd
                              means: this
                              change: that
                1 ok, 1 to know, 0 that do not work

                """)
        #expect(DoctorText(terminal: Terminal(isColoured: true)).text(found).contains("\u{1B}[33mwarn\u{1B}[0m"))
    }
}
