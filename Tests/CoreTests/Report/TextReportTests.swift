// What is said of a block's past, in words and as JSON.

import CBulwark
import Testing

@Suite struct TextReportTests {
    /// The text that `body` writes.
    private func text(_ body: (inout ReportText, inout ReadablePages) -> Void) throws -> String {
        let capacity: UInt = 1 << 16
        let memory = try require(VirtualMemory.map(byteCount: capacity, writable: true))
        var text = unsafe ReportText(at: memory, capacity: capacity)
        var reader = ReadablePages()
        body(&text, &reader)
        let bytes = unsafe UnsafeRawBufferPointer(start: memory.pointer, count: Int(text.byteCount))
        let result = unsafe String(decoding: bytes, as: UTF8.self)
        VirtualMemory.unmap(memory, byteCount: capacity)
        return result
    }

    private var history: BlockHistory {
        var history = BlockHistory()
        history.start = Address(0x7000)
        history.byteCount = 40
        history.allocatingThread = 11
        history.freeingThread = 12
        var trace = Backtrace()
        trace.append(Address(0x10))
        history.allocation = CompressedBacktrace(trace)
        trace.append(Address(0x20))
        history.deallocation = CompressedBacktrace(trace)
        return history
    }

    private func event(at address: UInt) -> Event {
        Event(
            violation: .guardedUseAfterFree, address: Address(address), subject: .block(byteCount: 40), thread: 13,
            history: history)
    }

    @Test(arguments: [
        (0x7000, "0 bytes into a"), (0x7027, "39 bytes into a"), (0x7028, "0 bytes behind a"),
        (0x7100, "216 bytes behind a"),
        (0x6fff, "1 bytes before a"),
    ]) func place(_ address: UInt, _ words: String) throws {
        let result = try text { $0.append(history, of: event(at: address), &$1) }
        verify(result.hasPrefix("0x\(String(address, radix: 16)) is \(words) 40-byte block at 0x7000\n"), result)
    }

    @Test func sections() throws {
        let result = try text { $0.append(history, of: event(at: 0x7000), &$1) }
        let frame = "(<unknown module>)\n"
        verify(
            result.hasSuffix(
                "deallocated by thread 12 here:\n  #0 0x10 \(frame)  #1 0x20 \(frame)"
                    + "allocated by thread 11 here:\n  #0 0x10 \(frame)"), result)
    }

    @Test func whatIsNotKnownIsNotSaid() throws {
        var history = history
        history.freeingThread = 0
        history.allocatingThread = 0
        let result = try text { $0.append(history, of: event(at: 0x7000), &$1) }
        verify(!result.contains("allocated"), result)
    }

    @Test func json() throws {
        let result = try text {
            $0.appendOpening(event(at: 0x7008), variant: "test")
            $0.append(detection: Backtrace(), unwinder: "frames", &$1)
            $0.append(history, &$1)
            $0.appendClosing()
        }
        verify(result.hasPrefix("{\"schema\":1,\"version\":\"\(Version.text)\",\"variant\":\"test\","), result)
        verify(
            result.contains("\"violation\":\"guarded-use-after-free\",\"message\":\"bulwark: access to freed 0x7008"),
            result)
        verify(
            result.hasSuffix(
                "\"unwinder\":\"frames\",\"frames\":[],\"block\":{\"start\":\"0x7000\",\"byte_count\":40},"
                    + "\"deallocated\":{\"thread\":12,\"frames\":[{\"address\":\"0x10\"},{\"address\":\"0x20\"}]},"
                    + "\"allocated\":{\"thread\":11,\"frames\":[{\"address\":\"0x10\"}]}}\n"), result)
    }

    /// A frame in a library has its path and function.
    @Test func knownFrames() throws {
        var trace = Backtrace()
        // Behind a call in this very function's image.
        trace.append(Address(bw_image_start()) + 0x1000)
        let result = try text { $0.append(frames: trace, &$1) }
        verify(result.hasPrefix("  #0 0x") && result.contains("+0x1000)"), result)
    }
}
