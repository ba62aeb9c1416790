// The order of the runs, what is said about them, and where they may run.

import Testing

@testable import bulwark_bench

@Suite struct SuiteTests {
    @Test func everyAllocatorHasEveryTurnOnce() {
        let rounds = (0..<4).map { Suite.order(round: $0, count: 4) }
        #expect(rounds[1] == [1, 2, 3, 0])
        for place in 0..<4 { #expect(Set(rounds.map { $0[place] }) == [0, 1, 2, 3]) }
        #expect(Suite.order(round: 7, count: 1) == [0])
    }

    @Test func progressTellsTheTimeLeftOnceItIsKnown() {
        #expect(Progress.prefix(done: 1, total: 100, elapsed: 10) == "[ 1 %]")
        #expect(Progress.prefix(done: 50, total: 100, elapsed: 90) == "[50 %, 2 min left]")
        #expect(Progress.prefix(done: 99, total: 100, elapsed: 99) == "[99 %, under a minute left]")
        #expect(Progress.prefix(done: 100, total: 100, elapsed: 9) == "[100 %]")
        #expect(Progress.prefix(done: 0, total: 0, elapsed: 0) == "[ 0 %]")
    }

    @Test func theKernelsListsOfProcessors() {
        #expect(Machine.cpus(inList: "0-3,8") == [0, 1, 2, 3, 8])
        #expect(Machine.cpus(inList: "5") == [5])
        #expect(Machine.cpus(inList: "") == [])
        #expect(Machine.cpus(inList: "3-1,x") == [])
    }

    @Test func patternsMatchWholeNamesAndWordsMatchParts() {
        #expect(matches("loop-64-100-lifo", "64"))
        #expect(matches("loop-64-100-lifo", "loop-*-lifo"))
        #expect(!matches("loop-64-100-lifo", "loop-*-fifo"))
        #expect(!matches("loop-64-100-lifo", "64*"))
    }

    @Test func aPointOfASeriesIsTheSameWorkload() {
        let point = Workload.all[0].inSeries("blocks, number", at: 16)
        #expect(point.name == Workload.all[0].name)
        #expect(point.series == Series(name: "blocks, number", x: 16))
    }
}
