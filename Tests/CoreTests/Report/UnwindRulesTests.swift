// Rules of unwinding: told from one step, right for the next one at the same call, and never stronger than what was seen.

import CBulwark
import Testing

@Suite struct UnwindRulesTests {
    /// A stack of words, and a reader of it.
    private struct Words: MemoryReader {
        var words: [UInt: UInt] = [:]
        func word(at address: Address) -> UInt? { words[address.bits] }
        static var load: bw_load { { _, _, _ in false } }
    }

    private func registers(_ instruction: UInt, _ stack: UInt, _ frame: UInt) -> bw_registers {
        bw_registers(instruction: instruction, stack: stack, frame: frame)
    }

    private func agree(_ a: bw_registers?, _ b: bw_registers) -> Bool {
        a?.instruction == b.instruction && a?.stack == b.stack && a?.frame == b.frame
    }

    /// A call for which no rule can be made is asked about 64 times, and no more.
    @Test func failuresEnd() {
        var rule = UnwindRule(bits: 0)
        for _ in 0..<63 {
            rule = rule.afterFailure
            verify(!rule.isKnown && rule.bits != 0)
        }
        verify(rule.afterFailure == .end && UnwindRule.end.isKnown)
    }

    /// push %rbp; mov %rsp,%rbp: whatever the stack pointer.
    @Test func framePointer() throws {
        let call = registers(0x5000, 0x1000, 0x1100)
        let caller = registers(0x6000, 0x1110, 0x1200)
        let rule = try require(UnwindRule(from: call, to: caller, frameSaved: 0x1100))
        let reader = Words(words: [0x1100: 0x1200, 0x1108: 0x6000, 0x3100: 0x3200, 0x3108: 0x7000])
        var memory = reader
        verify(agree(rule.apply(to: call, &memory), caller))
        // The same call with a larger frame elsewhere.
        verify(
            agree(rule.apply(to: registers(0x5000, 0x2000, 0x3100), &memory), registers(0x7000, 0x3110, 0x3200)))
        verify(rule.apply(to: registers(0x5000, 0x1000, 0x4100), &memory) == nil)
        verify(rule.apply(to: registers(0x5000, 0x1000, 0x1101), &memory) == nil)
    }

    /// No frame pointer: the caller's is where it was, or was pushed.
    @Test func stackPointer() throws {
        let call = registers(0x5000, 0x1000, 0x77)
        var memory = Words(words: [0x1038: 0x6000, 0x1020: 0x88, 0x2038: 0x6000, 0x2020: 0x99])
        let kept = try require(UnwindRule(from: call, to: registers(0x6000, 0x1040, 0x77), frameSaved: 0))
        verify(agree(kept.apply(to: call, &memory), registers(0x6000, 0x1040, 0x77)))
        let pushed = try require(UnwindRule(from: call, to: registers(0x6000, 0x1040, 0x88), frameSaved: 0x1020))
        verify(agree(pushed.apply(to: call, &memory), registers(0x6000, 0x1040, 0x88)))
        verify(agree(pushed.apply(to: registers(0x5000, 0x2000, 1), &memory), registers(0x6000, 0x2040, 0x99)))
        verify(pushed.apply(to: registers(0x5000, 0x9000, 1), &memory) == nil)
    }

    @Test func noRule() {
        let call = registers(0x5000, 0x1000, 0x77)
        // Downwards; too far; unaligned; a frame pointer from nowhere; saved outside the frame.
        verify(UnwindRule(from: call, to: registers(0x6000, 0x0ff0, 0x77), frameSaved: 0) == nil)
        verify(UnwindRule(from: call, to: registers(0x6000, 0x1000 + 5 << 20, 0x77), frameSaved: 0) == nil)
        verify(UnwindRule(from: call, to: registers(0x6000, 0x1009, 0x77), frameSaved: 0) == nil)
        verify(UnwindRule(from: call, to: registers(0x6000, 0x1040, 0x78), frameSaved: 0) == nil)
        verify(UnwindRule(from: call, to: registers(0x6000, 0x1040, 0x78), frameSaved: 0x1048) == nil)
        verify(UnwindRule(from: call, to: registers(0x6000, 0x1040, 0x78), frameSaved: 0x0ff8) == nil)
    }

    @Test func theEndIsRemembered() {
        var memory = Words()
        verify(UnwindRule.end.apply(to: registers(0x5000, 0x1000, 0x77), &memory) == nil)
        verify(UnwindRule.end.bits != 0)
    }

    @Test func tableForgetsButDoesNotConfuse() throws {
        let memory = try require(VirtualMemory.map(byteCount: UInt(BW_UNWIND_RULES_BYTES), writable: true))
        let rules = unsafe Ref<UnwindRules>(at: memory)
        var random = TestRandom(stream: 62)
        var known = 0
        let entries = (0..<20_000).map { index in (random.below(1 << 47), UInt(index) << 2 | 3) }
        for (address, bits) in entries {
            verify(rules.pointee[address] == nil)
            rules.pointee[address] = UnwindRule(bits: bits)
            verify(rules.pointee[address]?.bits == bits)
        }
        for (address, bits) in entries {
            guard let found = rules.pointee[address] else { continue }
            verify(found.bits == bits)
            known += 1
        }
        verify(known > 2000 && known <= BW_UNWIND_RULES_BYTES / 16, "\(known) known")
        VirtualMemory.unmap(memory, byteCount: UInt(BW_UNWIND_RULES_BYTES))
    }

    @inline(never) private func descend(_ depth: Int, _ body: () -> Void) {
        if depth > 0 { descend(depth - 1, body) } else { body() }
        verify(depth >= 0)
    }

    /// By rules, the first time and the second, the walk finds what libunwind finds by itself.
    @Test func agreesWithLibunwind() async {
        await #expect(processExitsWith: .success) {
            precondition(bw_unwinder_open())
            UnwindRulesTests().descend(5) {
                var reader = ReadablePages()
                var frames = FramePointers(frame: Address(bw_frame_address()))
                precondition(frames.step(&reader))
                let start = frames.registers
                var expected = Backtrace()
                Unwinder.walk(start, &reader, into: &expected, depth: 32)
                precondition(expected.count > 6)
                for _ in 0..<3 {
                    var found = Backtrace()
                    UnwindRules.shared.pointee.walk(start, &reader, into: &found, depth: 32)
                    precondition(found.count == expected.count)
                    for index in 0..<found.count { precondition(found[index] == expected[index]) }
                }
            }
        }
    }
}
