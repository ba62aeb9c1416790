// What a workload is: a command for a number of operations, the group it counts in, and the time that is compared.

import Foundation

/// The groups over which geometric means are taken.
enum Group: String, Codable, CaseIterable {
    case mallocBound = "malloc-bound"
    case realPrograms = "real programs"
    /// Points of series: what an operation costs as one number grows. Run only if named by --only.
    case scaling
    /// Where an allocator may hurt more than anywhere else. Run only if named by --only.
    case cliffs

    /// Whether a run has it without being asked for it.
    var isUsual: Bool { self == .mallocBound || self == .realPrograms }
}

/// Which time of a run is compared.
enum Metric: String, Codable {
    /// From start to end.
    case wall
    /// User and system time of the process: for servers, whose wall time is their client's, and for what sleeps.
    case cpu
}

struct Workload {
    let name: String
    let group: Group
    var metric = Metric.wall
    /// If it is one point of a scaling plot.
    var series: Series?
    /// What must be there, or the workload is left out.
    var needs: [Need] = []
    /// The size of a full run: 1–2 s under glibc.
    let operations: Int
    /// What one operation count becomes on the command line.
    let command: @Sendable (_ places: Places, _ operations: Int) -> Command

    /// A quick run does a fifth of the work.
    func operations(quick: Bool) -> Int { quick ? max(1, operations / 5) : operations }
}

/// A program with all that it is started with.
struct Command {
    /// An absolute path: no shell, no PATH.
    let program: String
    let arguments: [String]
    var environment: [String: String] = [:]
    /// If set, `program` is a server: it is started first, ended by SIGTERM after this command, and only it is
    /// measured and has the allocator preloaded. Arguments equal to `Command.socket` become the path of a socket.
    var client: (program: String, arguments: [String])?
    /// What makes the input, before each run, in the folder that the program then runs in; neither measured nor with
    /// the allocator preloaded.
    var preparation: (program: String, arguments: [String])?

    static let socket = "@socket@"
}

extension Workload {
    /// A program compiled from Sources/Bench; the number of operations is its last argument.
    ///
    /// - Parameter title: its name, if not that of the program and its arguments.
    static func compiled(
        _ name: String, _ arguments: String..., title: String? = nil, group: Group = .mallocBound,
        metric: Metric = .wall, series: Series? = nil, needs: [Need] = [], operations: Int
    ) -> Workload {
        Workload(
            name: title ?? ([name] + arguments).joined(separator: "-"), group: group, metric: metric,
            series: series, needs: needs, operations: operations,
            command: { places, count in
                Command(
                    program: places.programs.appending(path: name).path,
                    arguments: arguments + [String(count)])
            })
    }
}
