// The reporter's lock: one at a time, and nobody waits for ever.

import Synchronization
import Testing

@Suite struct ReporterTests {
    /// Memory of one reporter, which stays.
    private func makeReporter() throws -> Ref<Reporter> {
        unsafe Ref(at: try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true)))
    }

    @Test func oneAtATime() throws {
        let reporter = try makeReporter()
        let first = reporter.pointee.acquire()
        verify(first)
        // The holder does not finish: the second one gives up.
        let second = reporter.pointee.acquire()
        verify(!second)
        reporter.pointee.release()
        let third = reporter.pointee.acquire()
        verify(third)
    }

    /// Who has reported and ends the process is waited for, but then no obstacle.
    @Test func aFinishedReporterIsNoObstacle() throws {
        let reporter = try makeReporter()
        let first = reporter.pointee.acquire()
        reporter.pointee.finish()
        let second = reporter.pointee.acquire()
        verify(first && second)
    }

    @Test func aChildBeginsAnew() throws {
        let reporter = try makeReporter()
        let first = reporter.pointee.acquire()
        reporter.pointee.resetAfterFork()
        let second = reporter.pointee.acquire()
        verify(first && second)
    }
}
