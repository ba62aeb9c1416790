// Text without allocation.

import Glibc
import Testing

@Suite struct TextBufferTests {
    private func text(_ build: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        build(&buffer)
        return buffer.string
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 1_000_000_007, UInt(Int.max), .max - 1, .max])
    func decimal(_ number: UInt) { verify(text { $0.append(decimal: number) } == String(number)) }

    @Test func powersInDecimal() {
        var power: UInt = 1
        while power < UInt.max / 10 {
            for number in [power - 1, power, power + 1] {
                verify(text { $0.append(decimal: number) } == String(number), "\(number)")
            }
            power *= 10
        }
    }

    @Test func hexadecimal() {
        for shift in 0..<64 {
            for bits in [UInt(1) << shift, UInt(1) << shift - 1, UInt.max >> shift] {
                verify(text { $0.append(Address(bits)) } == "0x" + String(bits, radix: 16), "\(bits)")
            }
        }
    }

    @Test func cutOffAtItsEnd() {
        var buffer = TextBuffer()
        for _ in 0..<300 { buffer.append("12345") }
        verify(buffer.byteCount == 1024)
        verify(buffer.string == String(repeating: "12345", count: 205).prefix(1024))
        buffer.append(decimal: 77)
        buffer.append(Address(77))
        unsafe buffer.append(cString: "77")
        verify(buffer.byteCount == 1024)
    }

    @Test func cStrings() {
        verify(text { unsafe $0.append(cString: "abc") } == "abc")
        verify(text { unsafe $0.append(cString: "abc", limit: 2) } == "ab")
        verify(text { unsafe $0.append(cString: "abc", limit: 0) } == "")
        verify(text { unsafe $0.append(cString: "a\n\u{7f}\u{1b}~ b") } == "a???~ b")
        verify(text { unsafe $0.append(cString: "ä") } == "??")
        let long = String(repeating: "x", count: 500)
        verify(text { unsafe $0.append(cString: long) } == String(repeating: "x", count: 200))
    }

    @Test func writesOnce() {
        var ends: [Int32] = [0, 0]
        let result = unsafe pipe(&ends)
        verify(result == 0)
        var buffer = TextBuffer()
        buffer.append("one line\n")
        buffer.write(to: ends[1])
        buffer.write(to: -1)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = unsafe read(ends[0], &bytes, 100)
        verify(String(decoding: bytes.prefix(count), as: UTF8.self) == "one line\n")
        close(ends[0])
        close(ends[1])
    }
}
