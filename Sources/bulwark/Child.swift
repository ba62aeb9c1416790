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
        for signal in left { Foundation.signal(signal, SIG_IGN) }
        // The end of an ignored SIGCHLD's child would be nobody's to hear of.
        Foundation.signal(SIGCHLD, SIG_DFL)
        // Before there is a child: a signal that comes in between waits for it. What is blocked is kept, not acted on.
        var (awaited, before) = (set(of: passedOn + [SIGCHLD]), sigset_t())
        unsafe pthread_sigmask(SIG_BLOCK, &awaited, &before)
        defer {
            for signal in left { Foundation.signal(signal, SIG_DFL) }
            unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        let child = try spawn(path, arguments, environment, defaultSignals: passedOn + left, mask: before)

        var status: Int32 = 0
        while true {
            let ended = unsafe waitpid(child, &status, WNOHANG)
            if ended == child { break }
            guard ended == 0 || errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECHILD) }
            // A limit, for a thread that somebody else made may take the news of the end.
            var limit = timespec(tv_sec: 0, tv_nsec: 200_000_000)
            let signal = unsafe sigtimedwait(&awaited, nil, &limit)
            if passedOn.contains(signal) { kill(child, signal) }
        }
        // wait(2): the lower seven bits are the signal's, the upper byte is the status.
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
        let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], defaultSignals: [Int32],
        mask: sigset_t
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (signals, mask) = (set(of: defaultSignals), mask)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &mask)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environmentPointers = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let error = unsafe posix_spawn(&child, path, nil, &attributes, &argumentPointers, &environmentPointers)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOEXEC) }
        return child
    }
}
