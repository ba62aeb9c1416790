// What the system gives to the libraries, and what it does not: one function a thing that is looked at.

import CoreTables
import Foundation

/// One thing that was looked at.
struct Diagnosis: Encodable, Equatable {
    enum Status: String, Encodable {
        /// As it should be.
        case ok
        /// It works, but less well.
        case warning
        /// It does not work.
        case bad
    }

    /// A name for scripts, which does not change.
    let name: String
    let status: Status
    /// What was found.
    let finding: String
    /// What that means for programs under a library; nil if nothing needs to be said.
    var meaning: String?
    /// What to do about it.
    var change: String?

    static func all(_ system: SystemFacts) -> [Diagnosis] {
        [
            processor(system), kernel(system), guards(system), mappings(system), overcommit(system),
            addressSpace(system),
            hugePages(system), memoryReading(system), unwinder(system), symbolizer(system), ptrace(system),
            systemCallFilter(system), preloadFile(system), preloadVariable(system), exceptions(system),
            options(system),
        ] + ["release", "secure", "debug"].map { library($0, system) }
    }
}

// MARK: the kernel

extension Diagnosis {
    private static func processor(_ system: SystemFacts) -> Diagnosis {
        let machine = system.kernel.machine
        guard machine == "x86_64" else {
            return Diagnosis(
                name: "processor", status: .bad, finding: machine, meaning: "the libraries are made for x86_64",
                change: "use a machine with an x86-64 processor")
        }
        return Diagnosis(name: "processor", status: .ok, finding: machine)
    }

    private static func kernel(_ system: SystemFacts) -> Diagnosis {
        Diagnosis(name: "kernel", status: .ok, finding: "Linux \(system.kernel.release)")
    }

    private static func guards(_ system: SystemFacts) -> Diagnosis {
        if system.kernel.hasGuards {
            return Diagnosis(
                name: "guards", status: .ok, finding: "MADV_GUARD_INSTALL works: guards take no mappings")
        }
        return Diagnosis(
            name: "guards", status: .warning, finding: "no MADV_GUARD_INSTALL",
            meaning:
                "guards are made by mprotect, two mappings each, 16,000 at most; runs beyond that have none, and "
                + "emptied runs can be read until they serve again",
            change: "use Linux 6.13 or later, or set guard_budget to what vm.max_map_count allows")
    }

    private static func mappings(_ system: SystemFacts) -> Diagnosis {
        guard let count = system.number("/proc/sys/vm/max_map_count") else {
            return Diagnosis(name: "mappings", status: .warning, finding: "vm.max_map_count cannot be read")
        }
        // Guards by mprotect may take 32,000; the program needs its own.
        let least = system.kernel.hasGuards ? 16_384 : 65_530
        guard count < least else {
            return Diagnosis(name: "mappings", status: .ok, finding: "vm.max_map_count is \(count)")
        }
        return Diagnosis(
            name: "mappings", status: .warning, finding: "vm.max_map_count is \(count)",
            meaning: "programs with many large blocks may run out of mappings, and then of memory",
            change: "sysctl vm.max_map_count=65530, or more")
    }

    private static func overcommit(_ system: SystemFacts) -> Diagnosis {
        guard let mode = system.number("/proc/sys/vm/overcommit_memory") else {
            return Diagnosis(name: "overcommit", status: .warning, finding: "vm.overcommit_memory cannot be read")
        }
        guard mode == 2 else {
            return Diagnosis(name: "overcommit", status: .ok, finding: "vm.overcommit_memory is \(mode)")
        }
        return Diagnosis(
            name: "overcommit", status: .warning,
            finding: "vm.overcommit_memory is 2: memory is counted when it is mapped",
            meaning:
                "the libraries work, but memory that is reserved for a run counts before it is used",
            change: "if requests fail, raise vm.overcommit_ratio, or set vm.overcommit_memory=0")
    }

    private static func addressSpace(_ system: SystemFacts) -> Diagnosis {
        guard let limit = system.kernel.addressLimit else {
            return Diagnosis(name: "address-space", status: .ok, finding: "no limit (ulimit -v)")
        }
        let finding = "limited to \(limit >> 20) MiB (ulimit -v)"
        guard limit < 256 << 20 else { return Diagnosis(name: "address-space", status: .ok, finding: finding) }
        return Diagnosis(
            name: "address-space", status: .warning, finding: finding,
            meaning: "a library reserves address space in pieces of 32 MiB; 256 MiB are tested",
            change: "ulimit -v 262144, or more; limit memory by a cgroup instead")
    }

    private static func hugePages(_ system: SystemFacts) -> Diagnosis {
        let path = "/sys/kernel/mm/transparent_hugepage/enabled"
        guard let text = system.text(path), let match = text.firstMatch(of: /\[(\w+)\]/) else {
            return Diagnosis(name: "huge-pages", status: .ok, finding: "no transparent huge pages")
        }
        let mode = String(match.1)
        guard mode == "always" else {
            return Diagnosis(name: "huge-pages", status: .ok, finding: "transparent huge pages: \(mode)")
        }
        return Diagnosis(
            name: "huge-pages", status: .warning, finding: "transparent huge pages: always",
            meaning: "the kernel may give 2 MiB where a program touched 4 KiB: resident memory grows",
            change: "echo madvise > \(path), if memory matters")
    }

    private static func memoryReading(_ system: SystemFacts) -> Diagnosis {
        if system.kernel.readsItsMemory {
            return Diagnosis(name: "memory-reading", status: .ok, finding: "process_vm_readv works")
        }
        return Diagnosis(
            name: "memory-reading", status: .warning, finding: "process_vm_readv is forbidden here",
            meaning:
                "reports look at each page before they read it: slower, and blind on pages that cannot be written",
            change: "allow process_vm_readv in the sandbox or container")
    }

    private static func ptrace(_ system: SystemFacts) -> Diagnosis {
        guard let scope = system.number("/proc/sys/kernel/yama/ptrace_scope"), scope != 0 else {
            return Diagnosis(name: "ptrace", status: .ok, finding: "a user's processes may be looked at by the user")
        }
        return Diagnosis(
            name: "ptrace", status: .warning, finding: "kernel.yama.ptrace_scope is \(scope)",
            meaning:
                "reports and bulwark stats are not concerned; gdb attaches to a running program only with more rights",
            change: scope == 1 ? "start the program under gdb, or act as root" : "act as root")
    }

    private static func systemCallFilter(_ system: SystemFacts) -> Diagnosis {
        let line = system.text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Seccomp:") }
        guard let line, line.hasSuffix("2") else {
            return Diagnosis(name: "system-calls", status: .ok, finding: "no filter (seccomp)")
        }
        return Diagnosis(
            name: "system-calls", status: .warning, finding: "a filter is in force (seccomp)",
            meaning: "a report needs some calls that the program may not",
            change: "allow what Configs/bulwark.conf (systemd) lists; bulwark(1) says which")
    }
}
