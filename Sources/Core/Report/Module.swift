// The object that a code address lies in: its path, and where in it. By the loader's records, without its lock.

import CBulwark

/// An executable or a library in memory.
struct Module {
    /// What was added to the addresses in the file.
    let bias: UInt
    /// The path, a C string of the loader's; empty for the program itself.
    let path: Address
    /// Its dynamic section.
    let dynamic: Address

    /// - Returns: nil if no object lies there, or libc cannot tell without a lock.
    init?<Reader: MemoryReader>(covering address: Address, _ reader: inout Reader) {
        var found = bw_module()
        guard unsafe bw_find_module(address.bits, &found) else { return nil }
        // The fields of struct link_map that <link.h> promises.
        let record = Address(found.record)
        guard let bias = reader.word(at: record), let path = reader.word(at: record + 8),
            let dynamic = reader.word(at: record + 16)
        else { return nil }
        (self.bias, self.path, self.dynamic) = (bias, Address(path), Address(dynamic))
    }

    /// Where an address is in the file, as addr2line(1) wants it.
    func offset(of address: Address) -> UInt { address.bits &- bias }

    func appendPath<Reader: MemoryReader>(to text: inout ReportText, _ quoting: Quoting, _ reader: inout Reader) {
        if reader.byte(at: path) ?? 0 == 0 {
            Self.appendProgramPath(to: &text, quoting)
        } else {
            text.append(stringAt: path, quoting, &reader)
        }
    }

    /// The program's path, by /proc or, without that, as execve was told.
    static func appendProgramPath(to text: inout ReportText, _ quoting: Quoting) {
        var buffer = InlineArray<512, CChar>(repeating: 0)
        let count = unsafe withUnsafeMutableBytes(of: &buffer) {
            unsafe bw_os_program_path($0.baseAddress!.assumingMemoryBound(to: CChar.self), 512)
        }
        for index in 0..<Swift.max(count, 0) { text.append(byte: UInt8(bitPattern: buffer[index]), quoting) }
        guard count < 0, let name = unsafe bw_os_program_argument() else { return }
        var index = 0
        while index < 512, unsafe name[index] != 0 {
            text.append(byte: unsafe UInt8(bitPattern: name[index]), quoting)
            index += 1
        }
    }
}

extension ReportText {
    /// A C string that may not be mapped: at most 512 bytes of it.
    mutating func append<Reader: MemoryReader>(
        stringAt address: Address, _ quoting: Quoting, _ reader: inout Reader
    ) {
        var offset: UInt = 0
        while offset < 512, let byte = reader.byte(at: address + offset), byte != 0 {
            append(byte: byte, quoting)
            offset += 1
        }
    }
}
