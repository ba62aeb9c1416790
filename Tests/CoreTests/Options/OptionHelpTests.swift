// `help=1`: a line for every option, in the form that scripts/options reads.

import Glibc
import Testing

@Suite struct OptionHelpTests {
    @Test func everyKind() {
        verify(
            OptionHelp.line(.purgeDelay).string
                == "bulwark: option purge_delay=0…3600000 (default 100): milliseconds before unused memory goes back to "
                + "the kernel")
        verify(OptionHelp.line(.guardedCopies).string.hasPrefix("bulwark: option guarded_copies=0|1 (default 1): "))
        verify(OptionHelp.line(.guardedCopies).string.hasSuffix(" [guardedCopies]"))
        verify(
            OptionHelp.line(.sizeMismatch).string.hasPrefix(
                "bulwark: option size_mismatch=report|abort|ignore (default report): "))
        verify(OptionHelp.line(.jsonFile).string.hasPrefix("bulwark: option json_file=PATH (default none): "))
    }

    /// A name in the middle of a choice is found whole.
    @Test func everyOptionALine() throws {
        var ends: [Int32] = [0, 0]
        let result = unsafe pipe(&ends)
        try #require(result == 0)
        OptionHelp.write(to: ends[1])
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var count = 0
        while true {
            let room = bytes.count - count
            let result = unsafe bytes.withUnsafeMutableBytes { unsafe read(ends[0], $0.baseAddress! + count, room) }
            if result <= 0 { break }
            count += result
        }
        close(ends[0])
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        verify(text.hasSuffix("\n"))
        let lines = text.split(separator: "\n")
        verify(lines.count == Option.count)
        for (index, line) in lines.enumerated() {
            let name = Option(rawValue: index).map { "\($0.name)" } ?? "?"
            verify(line.hasPrefix("bulwark: option \(name)=") && line.contains(" (default "))
            // Nothing was cut off: the buffer holds 1,024 bytes.
            verify(line.utf8.count < 1000)
        }
    }
}
