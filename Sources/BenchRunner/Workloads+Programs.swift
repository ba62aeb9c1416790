// Real programs of Debian's, and one in Swift. What they read lies in Sources/Bench/programs; larger inputs are made
// there by scripts, always alike, and kept in .build/bench/inputs.

import Foundation

extension Workload {
    static let realPrograms: [Workload] = scripts + compilers + databases + others

    private static let scripts: [Workload] = [
        Workload(name: "python-malloc", group: .realPrograms, operations: 40_000) { places, count in
            python("objects.py", places, count, ["PYTHONMALLOC": "malloc"])
        },
        Workload(name: "python-pools", group: .realPrograms, operations: 60_000) { places, count in
            python("objects.py", places, count, [:])
        },
        Workload(name: "python-text-malloc", group: .realPrograms, operations: 300_000) { places, count in
            python("text.py", places, count, ["PYTHONMALLOC": "malloc"])
        },
        Workload(name: "python-text-pools", group: .realPrograms, operations: 300_000) { places, count in
            python("text.py", places, count, [:])
        },
        .script("perl", "/usr/bin/perl", package: "perl", "words.pl", operations: 60_000),
        .script("lua", "/usr/bin/lua5.4", package: "lua5.4", "records.lua", operations: 80_000),
        .script("node", "/usr/bin/node", package: "nodejs", "records.js", operations: 60_000),
    ]

    private static let compilers: [Workload] = [
        .compiler("gcc", "/usr/bin/g++", package: "g++", operations: 5),
        .compiler("clang", "/usr/bin/clang++", package: "clang", operations: 5),
    ]

    private static let databases: [Workload] = [
        Workload(name: "sqlite", group: .realPrograms, operations: 200_000) { places, count in
            Command(
                program: "/usr/bin/sqlite3",
                arguments: [
                    "-batch", "-cmd", "create table scale(n); insert into scale values(\(count));",
                    ":memory:",
                    ".read \(places.inputs.appending(path: "table.sql").path)",
                ])
        },
        Workload(
            name: "redis", group: .realPrograms, metric: .cpu,
            needs: [
                .program(["/usr/bin/redis-server"], package: "redis-server"),
                .program(["/usr/bin/redis-benchmark"], package: "redis-tools"),
            ], operations: 800_000
        ) { places, count in
            Command(
                program: "/usr/bin/redis-server",
                arguments: [
                    "--port", "0", "--unixsocket", Command.socket, "--save", "", "--appendonly", "no",
                    // Debian links it to jemalloc, whose own thread would only disturb the one that is preloaded.
                    "--jemalloc-bg-thread", "no", "--loglevel", "warning",
                ],
                client: (
                    places.inputs.appending(path: "redis-load").path, [Command.socket, String(count / 8)]
                ))
        },
        postgres,
    ]

    private static let others: [Workload] = [
        Workload(
            name: "git", group: .realPrograms, needs: [.program(["/usr/bin/git"], package: "git")],
            operations: 500
        ) { places, count in
            Command(
                program: places.inputs.appending(path: "collect").path, arguments: [String(count)],
                preparation: places.preparation("repository", count))
        },
        Workload(
            name: "z3", group: .realPrograms, needs: [.program(["/usr/bin/z3"], package: "z3")],
            operations: 800
        ) { places, count in
            Command(
                program: "/usr/bin/z3", arguments: [places.prepared.appending(path: "problems-\(count).smt2").path],
                preparation: places.preparation("problems", count))
        },
        Workload(name: "swift", group: .realPrograms, operations: 400_000) { places, count in
            Command(program: places.programs.appending(path: "objects").path, arguments: [String(count)])
        },
    ]

    /// Debian's newest; nil if there is none.
    private static let postgresServer: String? = {
        let folder = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return versions.sorted { $0.compare($1, options: .numeric) == .orderedAscending }.last
            .map { "\(folder)/\($0)/bin/postgres" }
    }()

    /// The server refuses to be root's, so then it becomes its own user first; nothing it does outlives the run.
    private static let postgres = Workload(
        name: "postgres", group: .realPrograms, metric: .cpu,
        needs: [.program([postgresServer].compactMap { $0 }, package: "postgresql")], operations: 2_000
    ) { places, count in
        let server =
            [
                postgresServer ?? "", "-D", "cluster", "-c", "listen_addresses=", "-c",
                "unix_socket_directories=.",
            ] + ["fsync=off", "autovacuum=off", "jit=off", "shared_buffers=32MB"].flatMap { ["-c", $0] }
        let isRoot = geteuid() == 0
        let become = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        let command = isRoot ? become + server : server
        return Command(
            program: command[0], arguments: Array(command.dropFirst()),
            client: (places.inputs.appending(path: "pgbench-load").path, [String(count)]),
            preparation: places.preparation("cluster", count))
    }

    /// An interpreter with one of the scripts.
    private static func script(
        _ name: String, _ program: String, package: String, _ script: String, operations: Int
    ) -> Workload {
        Workload(
            name: name, group: .realPrograms, needs: [.program([program], package: package)],
            operations: operations
        ) { places, count in
            Command(program: program, arguments: [places.inputs.appending(path: script).path, String(count)])
        }
    }

    /// A compiler at work on templates.cpp; an operation is one of the records in it.
    private static func compiler(_ name: String, _ program: String, package: String, operations: Int)
        -> Workload
    {
        Workload(
            name: name, group: .realPrograms, needs: [.program([program], package: package)],
            operations: operations
        ) { places, count in
            Command(
                program: places.inputs.appending(path: "compile").path,
                arguments: [program, places.inputs.appending(path: "templates.cpp").path, String(count)])
        }
    }

    /// Debian's own interpreter (a python3 in PATH may be somebody's wrapper script), with the same hashes each time.
    private static func python(
        _ script: String, _ places: Places, _ count: Int, _ environment: [String: String]
    ) -> Command {
        Command(
            program: "/usr/bin/python3",
            arguments: ["-s", "-B", places.inputs.appending(path: script).path, String(count)],
            environment: environment.merging(["PYTHONHASHSEED": "0"]) { own, _ in own })
    }
}

extension Places {
    /// Inputs that scripts make once and keep.
    var prepared: URL { programs.appending(path: "inputs") }

    /// A script that makes or copies an input for so many operations.
    fileprivate func preparation(_ script: String, _ operations: Int) -> (program: String, arguments: [String]) {
        (inputs.appending(path: script).path, [prepared.path, String(operations)])
    }
}
