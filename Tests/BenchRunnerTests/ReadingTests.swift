// What the runner reads from other programs: the launcher, the loader, callgrind, the workloads.

import Testing

@testable import bulwark_bench

@Suite struct ReadingTests {
    @Test func launcherLines() throws {
        let text = "wall 1.5\nuser 1.0\nsystem 0.25\npeak 2048\nexit 0\nsignal 0\ntimeout 0\n"
        let good = try #require(LaunchResult(text))
        #expect(good.fault == nil)
        #expect(good.measurement.cpuSeconds == 1.25)
        #expect(LaunchResult(text.replacing("signal 0", with: "signal 11"))?.fault == "signal 11")
        #expect(LaunchResult(text.replacing("timeout 0", with: "timeout 1"))?.fault == "out of time")
        #expect(LaunchResult(text.replacing("exit 0", with: "exit 3"))?.fault == "status 3")
        #expect(LaunchResult("wall 1.5\n") == nil)
    }

    @Test func loaderBindings() {
        let text = """
                 9:	binding file redis-server [0] to /a/libx.so [0]: normal symbol `malloc' [GLIBC_2.2.5]
                 9:	binding file redis-server [0] to /b/liby.so [0]: normal symbol `mallctl'
            """
        let (x, y) = ("/a/libx.so", "/b/liby.so")
        #expect(Bindings.bindings(of: "malloc", in: text) == [Binding(source: "redis-server", target: x)])
        // Two threads at once.
        let torn = """
                 9:	binding file p [0] to /b/liby.so [0]: normal symbol `pthread_create'     \
                 9:	binding file p [0] to /a/libx.so [0]: normal symbol `malloc' [GLIBC_2.34]
             [GLIBC_2.2.5]
            """
        #expect(Bindings.bindings(of: "malloc", in: torn) == [Binding(source: "p", target: x)])
        #expect(Bindings.fault([Binding(source: "p", target: x)], program: "p", library: x) == nil)
        #expect(Bindings.fault([], program: "p", library: x) != nil)
        #expect(Bindings.fault([Binding(source: "p", target: y)], program: "p", library: x) != nil)
        // Others may reach the library through the program's stub, but only if the program itself reaches it.
        let stub = Binding(source: y, target: "p")
        #expect(Bindings.fault([stub, Binding(source: "p", target: x)], program: "p", library: x) == nil)
        #expect(Bindings.fault([stub, Binding(source: "p", target: "p")], program: "p", library: x) != nil)
    }

    @Test func closingLines() {
        #expect(Runner.operations(in: "x\noperations 12\n") == 12)
        #expect(Runner.operations(in: "operations twelve\n") == nil)
        #expect(InstructionCounter.total(in: "events: Ir\ntotals: 1234\n") == 1234)
    }

    @Test func figuresOfWorkloads() {
        let text = "figure malloc-p99 120 ns\nfigure live-peak 1.5e6 bytes\nfigure x y ns\nfigure z 1\noperations 1\n"
        #expect(
            Runner.figures(in: text) == [
                .init(name: "malloc-p99", value: 120, unit: "ns"),
                .init(name: "live-peak", value: 1.5e6, unit: "bytes"),
            ])
    }
}
