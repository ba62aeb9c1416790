// The libraries know nothing of encodings: a byte of a path that is no ASCII character they write as the character of that number.

import Foundation

enum UnicodeBytes {
    /// A line of JSON with `\u0080` to `\u00ff` as the bytes that they stand for; as it was, if these are no UTF-8. The libraries
    /// write a backslash as `\u005c`: no other escape can end in what looks like one of these.
    static func restored(_ line: some StringProtocol) -> Data {
        let original = Array(line.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(original.count)
        var at = 0
        while at < original.count {
            if original[at] == 92, at + 6 <= original.count, original[at + 1] == 117,
                original[at + 2] == 48, original[at + 3] == 48,
                let byte = UInt8(String(decoding: original[at + 4..<at + 6], as: UTF8.self), radix: 16), byte >= 128
            {
                bytes.append(byte)
                at += 6
            } else {
                bytes.append(original[at])
                at += 1
            }
        }
        return Data(String(validating: bytes, as: UTF8.self) == nil ? original : bytes)
    }
}
