// Backtraces: bounded, in order.

import Testing

@Suite struct BacktraceTests {
    @Test func beginsEmpty() { verify(Backtrace().count == 0 && !Backtrace().isFull) }

    @Test func keepsOrderAndNeverOverflows() {
        var trace = Backtrace()
        for number in 1...40 { trace.append(Address(UInt(number))) }
        verify(trace.count == Backtrace.capacity && trace.isFull)
        for index in 0..<trace.count { verify(trace[index] == Address(UInt(index + 1))) }
        trace.removeAll()
        verify(trace.count == 0)
    }
}
