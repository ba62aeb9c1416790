// What a workload cannot do without, and how the runner finds out that it is missing.

import Foundation

enum Need: Equatable {
    /// A program at one of these paths, of a package that is installed by scripts/bench where it can be had.
    case program([String], package: String)
    /// So many bytes live at once, with half as many again for what allocators add.
    case memory(Int)

    /// Why the machine has not what is needed; nil if it has.
    func lack(availableBytes: Int) -> String? {
        switch self {
        case .program(let paths, let package):
            let isThere = paths.contains { FileManager.default.isExecutableFile(atPath: $0) }
            return isThere ? nil : "\(package) is not installed"
        case .memory(let bytes):
            let wanted = bytes + bytes / 2
            return wanted <= availableBytes
                ? nil : "it needs \(Self.mebibytes(wanted)) MiB, \(Self.mebibytes(availableBytes)) are free"
        }
    }

    private static func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }

    /// Memory that programs can have now, from the text of /proc/meminfo.
    static func availableBytes(in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        return nil
    }
}

extension Workload {
    /// Why it cannot run on this machine now; nil if it can.
    var lack: String? {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let available = Need.availableBytes(in: text) ?? Int.max
        return needs.lazy.compactMap { $0.lack(availableBytes: available) }.first
    }
}
