// What the numbers were measured on: printed above the tables and kept in the JSON.

import Foundation

struct Machine: Codable {
    let processor: String
    let cores: Int
    let kernel: String
    /// Runnable processes, mean over the last minute, when the runs began: far above 0 means a noisy machine.
    let load: Double
    let date: Date

    static func current() -> Machine {
        Machine(
            processor: field("model name", of: "/proc/cpuinfo") ?? "unknown",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            kernel: text("/proc/sys/kernel/osrelease") ?? "unknown",
            load: text("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) } ?? 0,
            date: Date())
    }

    /// The numbers of the cpus that this process may run on, in order.
    static func allowedCPUs() -> [Int] {
        let list = field("Cpus_allowed_list", of: "/proc/self/status") ?? ""
        return cpus(inList: list)
    }

    /// From the kernel's notation, as in "0-3,8".
    static func cpus(inList text: String) -> [Int] {
        text.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    private static func text(_ file: String) -> String? {
        // Files in /proc have no size, so they are read through a handle.
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.readToEnd() else {
            return nil
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func field(_ name: String, of file: String) -> String? {
        text(file)?.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: ":").last
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
