// Runs the program that is checked: in our process group and with our files, as a shell would, so that it is what it would be
// without us.

import Foundation

enum Child {
    /// How a process ended.
    enum End: Equatable {
        case exited(Int32)
        case killed(signal: Int32)

        /// As shells say it: 128 and the signal's number.
        var status: Int32 {
            switch self {
            case .exited(let status): status
            case .killed(let signal): 128 + signal
            }
        }
    }

    /// Runs a program and waits for its end. Meanwhile SIGTERM and SIGHUP are passed on to it; SIGINT and SIGQUIT, which a
    /// terminal sends to both, are its business.
    /// - Parameters:
    ///   - path: of the program; `arguments` begins with its name.
    /// - Throws: POSIXError if it cannot be started.
    static func run(_ path: String, _ arguments: [String], environment: [String: String]) throws -> End {
        let passedOn = [SIGTERM, SIGHUP], left = [SIGINT, SIGQUIT]
        for signal in passedOn + left { Foundation.signal(signal, SIG_IGN) }
        defer { for signal in passedOn + left { Foundation.signal(signal, SIG_DFL) } }

        let child = try spawn(path, arguments, environment, defaultSignals: passedOn + left)
        let sources = passedOn.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { kill(child, number) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }

        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECHILD) }
        }
        // wait(2): the lower seven bits are the signal's, the upper byte is the status.
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], defaultSignals: [Int32]
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in defaultSignals { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        var argumentPointers = arguments.map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var child: pid_t = 0
        let error = posix_spawn(&child, path, nil, &attributes, &argumentPointers, &environmentPointers)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOEXEC) }
        return child
    }
}
