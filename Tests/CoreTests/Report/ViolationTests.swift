// Violations: each has a line of its own, and the process ends by SIGABRT after it.

import Glibc
import Testing

@Suite struct ViolationTests {
    private var all: [Violation] { (0..<UInt8.max).compactMap(Violation.init(rawValue:)) }

    @Test func textsDiffer() {
        verify(all.count >= 6)
        verify(Set(all.map { "\($0.text)" }).count == all.count)
        for violation in all { verify("\(violation.text)".hasSuffix(" ")) }
        verify(Set(all.map { "\($0.identifier)" }).count == all.count)
        for violation in all { verify("\(violation.identifier)".allSatisfy { $0 == "-" || $0.isLowercase }) }
    }

    @Test func everyViolationEndsTheProcess() async {
        await #expect(processExitsWith: .signal(6)) {
            Report.violation(.doubleFree, at: Address(0x1000), .block(byteCount: 48))
        }
        await #expect(processExitsWith: .signal(6)) { Report.violation(.invalidFree, at: Address(0x1000), .foreign) }
    }

    /// The line that scripts look for, one write, on descriptor 2.
    @Test func line() async {
        let result = await #expect(
            processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
        ) {
            let events: [(Violation, Address, Subject)] = [
                (.doubleFree, Address(0xbeef), .block(byteCount: 48)),
                (.invalidFree, Address(0), .inside(byteCount: 64)),
                (.invalidReallocation, Address(.max), .foreign),
            ]
            for (violation, address, subject) in events {
                Report.writeLine(
                    Event(violation: violation, address: address, subject: subject, thread: 7, history: nil), to: 2)
            }
            exit(0)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        verify(text.contains("bulwark: double free of 0xbeef (48-byte block) by thread 7\n"), text)
        verify(
            text.contains("bulwark: invalid free of 0x0 (no block's start, among 64-byte blocks) by thread 7\n"), text
        )
        verify(
            text.contains(
                "bulwark: invalid realloc of 0xffffffffffffffff (not a block of this allocator) by thread 7\n"), text)
    }
}
