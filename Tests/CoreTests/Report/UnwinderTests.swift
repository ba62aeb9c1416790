// Captures: from where we are, without our own frames where that is asked.

import CBulwark
import Testing

@Suite struct UnwinderTests {
    @inline(never) private func captureHere() -> Backtrace {
        var trace = Backtrace()
        Unwinder.capture(into: &trace, leaving: .none)
        return trace
    }

    @Test func findsItsCaller() {
        let trace = captureHere()
        verify(trace.count >= 2, "\(trace.count) frames")
        for index in 0..<trace.count { verify(trace[index].bits >> 47 == 0 && trace[index].bits > Unit.osPage) }
        verify(ImageBounds.own.contains(trace[0]) && ImageBounds.own.contains(trace[1]))
    }

    @Test func leavesTheImageOut() {
        var trace = Backtrace()
        Unwinder.capture(into: &trace)
        if trace.count > 0 { verify(!ImageBounds.own.contains(trace[0])) }
    }

    @Test func replacesWhatWasThere() {
        var trace = captureHere()
        let count = trace.count
        Unwinder.capture(into: &trace, leaving: .none)
        verify(trace.count > 0 && trace.count <= count + 1)
    }
}
