// A report's text: bounded, quoted, and written piece by piece.

import Glibc
import Testing

@Suite struct ReportTextTests {
    private func written(_ body: (inout ReportText, Int32) -> Void) throws -> String {
        let memory = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        var ends: [Int32] = [0, 0]
        verify(unsafe pipe(&ends) == 0)
        var text = unsafe ReportText(at: memory, capacity: Unit.osPage)
        body(&text, ends[1])
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = unsafe read(ends[0], &bytes, bytes.count)
        close(ends[0])
        VirtualMemory.unmap(memory, byteCount: Unit.osPage)
        return String(decoding: bytes[0..<Swift.max(count, 0)], as: UTF8.self)
    }

    @Test func flushesEachPieceOnce() throws {
        let result = try written { text, descriptor in
            text.append("skipped ")
            text.skip(byteCount: 8)
            text.append("one ")
            text.flush(to: descriptor)
            text.flush(to: descriptor)
            text.append("two")
            text.flush(to: descriptor)
        }
        verify(result == "one two", result)
    }

    @Test func endsWhereItsMemoryEnds() throws {
        let result = try written { text, descriptor in
            for _ in 0..<5000 { text.append("x") }
            text.write(to: descriptor)
        }
        verify(result == String(repeating: "x", count: 4096))
    }

    @Test func quotes() throws {
        let result = try written { text, descriptor in
            for byte: UInt8 in [97, 34, 92, 10, 0xC3, 127] { text.append(byte: byte, .json) }
            for byte: UInt8 in [97, 34, 10, 0xC3] { text.append(byte: byte, .line) }
            text.write(to: descriptor)
        }
        verify(result == "a\\u0022\\u005c\\u000a\\u00c3\\u007fa\"??", result)
    }

    @Test func noDescriptorIsNoError() throws {
        let result = try written { text, _ in
            text.append("x")
            text.flush(to: 0)
            text.write(to: -1)
            text.write(to: 9999)
        }
        verify(result == "")
    }
}
