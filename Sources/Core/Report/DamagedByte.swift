// Which byte it was: what a report says of damage, where it may (flag heapChecks).

import CBulwark

/// The first byte of a block, or beside it, that is not as it should be.
struct DamagedByte {
    let address: Address
    let expected: UInt8
    let found: UInt8
}

extension ReportText {
    /// `byte 40 of the block is 0x41, expected 0x6f:` and the memory around it, 16 bytes a line.
    mutating func append(_ damage: DamagedByte, ofBlockAt block: Address) {
        append("byte ")
        if damage.address.bits < block.bits {
            append("-")
            append(decimal: block.offset(from: damage.address))
        } else {
            append(decimal: damage.address.offset(from: block))
        }
        append(" of the block is 0x")
        append(hexByte: damage.found)
        append(", expected 0x")
        append(hexByte: damage.expected)
        append(":\n")
        let row = damage.address.aligned(down: 16)
        for line in 0..<UInt(5) {
            let at = row - 32 + line * 16
            if at.bits >= Unit.osPage, bw_os_is_readable(at.bits) { appendRow(at) }
        }
    }

    private mutating func appendRow(_ start: Address) {
        append("  ")
        append(start)
        append(": ")
        for index in 0..<UInt(16) {
            append(hexByte: unsafe (start + index).loadByte())
            append(byte: 32)
        }
        append(byte: 32)
        for index in 0..<UInt(16) {
            let byte = unsafe (start + index).loadByte()
            append(byte: byte < 32 || byte > 126 ? 46 : byte)
        }
        append(byte: 10)
    }

    private mutating func append(hexByte byte: UInt8) {
        append(hexDigit: byte >> 4)
        append(hexDigit: byte & 15)
    }
}
