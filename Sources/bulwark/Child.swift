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
    /// terminal sends to both, are its business. What is ignored already, as under nohup, stays so for both.
    /// - Parameters:
    ///   - path: of the program; `arguments` begins with its name.
    /// - Throws: POSIXError if it cannot be started.
    static func run(_ path: String, _ arguments: [String], environment: [String: String]) throws -> End {
        let passedOn = [SIGTERM, SIGHUP].filter { !isIgnored($0) }
        let left = [SIGINT, SIGQUIT].filter { !isIgnored($0) }
        // Before there is a child: a signal that comes in between waits for it.
        let relay = SignalRelay(passedOn)
        for signal in passedOn + left { Foundation.signal(signal, SIG_IGN) }
        defer { for signal in passedOn + left { Foundation.signal(signal, SIG_DFL) } }
        let child = try spawn(path, arguments, environment, defaultSignals: passedOn + left)
        relay.begin(child)
        defer { relay.end() }

        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECHILD) }
        }
        // wait(2): the lower seven bits are the signal's, the upper byte is the status.
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
        let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], defaultSignals: [Int32]
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in defaultSignals { unsafe sigaddset(&signals, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environmentPointers = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let error = unsafe posix_spawn(&child, path, nil, &attributes, &argumentPointers, &environmentPointers)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOEXEC) }
        return child
    }
}

/// Passes signals on to a process. They must be ignored by ours, so that they do nothing else.
private final class SignalRelay: @unchecked Sendable {
    // On which all happens: nothing is used by two threads.
    private let queue = DispatchQueue(label: "signals")
    private var sources: [any DispatchSourceSignal] = []
    private var child: pid_t?
    private var waiting: [Int32] = []

    init(_ signals: [Int32]) {
        sources = signals.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in
                if let child { kill(child, number) } else { waiting.append(number) }
            }
            source.resume()
            return source
        }
    }

    func begin(_ child: pid_t) {
        queue.sync {
            self.child = child
            for number in waiting { kill(child, number) }
        }
    }

    func end() { queue.sync { for source in sources { source.cancel() } } }
}
