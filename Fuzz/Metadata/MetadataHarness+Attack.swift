// What the attacker reads and writes: from a block that is his, or was, on in either direction until he hits a guard; and at any
// distance within the pages of blocks. (Metadata lies apart, at places that he is not told: Core.docc/RandomPlaces.)

import CBulwark
import CFuzz

extension MetadataHarness {
    /// A place to begin at: a block's start, end or last word, or some way from there; of a live block or of a freed one.
    private func place(_ input: inout Input) -> Address? {
        let (which, index, how, distance) = (input.byte(), input.word16(), input.byte(), input.word16())
        var base: Address
        var end: Address
        if which & 1 == 0 || stale.isEmpty {
            guard books.count != 0 else { return nil }
            let block = books[Int(index) % books.count]
            (base, end) = (block.address, block.end)
        } else {
            base = stale[stale.count - 1 - Int(index) % stale.count]
            end = base
        }
        if let page = Allocator.shared.page(covering: base), page.pointee.kind == .blocks, which & 2 != 0 {
            // Its last word: the seal; and what comes behind it.
            end = base + UInt(page.pointee.blockByteCount) - 8
        }
        let place =
            switch how % 8 {
            case 0: base
            case 1: end
            case 2: base - 8
            case 3: base - distance % 64
            case 4: end + distance % 96
            case 5: base + distance
            case 6: base - distance
            default: base + distance << 4
            }
        return Allocator.shared.page(covering: place) == nil ? nil : place
    }

    /// Writes one byte, if it can be reached.
    private func write(_ at: Address, _ value: UInt8) -> Bool {
        guard Variant.guardPages || isHarmless(at) else { return false }
        expect(bw_metadata_end(at.bits) == 0, "metadata at \(hex(at)) can be reached from a block")
        return fuzz_store(at.bits, value)
    }

    /// In variants without the defences nothing is promised once what is free was written to: there the attacker has the blocks in
    /// use, up to the last of their usable bytes.
    private func isHarmless(_ at: Address) -> Bool {
        guard let index = books.index(covering: at) else { return false }
        return at.offset(from: books[index].address) < books[index].extent
    }

    private mutating func note(_ start: Address, _ byteCount: UInt) {
        guard byteCount != 0 else { return }
        writes.append((start.bits, start.bits + byteCount, books.nextKey))
        Trace.say("[\(thread)] writes \(byteCount) bytes at \(hex(start))")
    }

    /// A run of bytes, upwards or downwards: changed, or made one value.
    mutating func writeBytes(_ input: inout Input) {
        guard let start = place(&input) else { return }
        let (isDown, isChange, value) = (input.byte() & 1 != 0, input.byte() & 1 != 0, input.byte())
        let length = 1 + (input.byte() & 1 != 0 ? input.word16() % 8192 : UInt(input.below(32)))
        var count: UInt = 0
        var byte: UInt8 = 0
        while count < length {
            let at = isDown ? start - count : start + count
            if isChange, unsafe !fuzz_load(at.bits, &byte) { break }
            guard write(at, isChange ? byte ^ value : value) else { break }
            count += 1
        }
        note(isDown ? start - count + 1 : start, count)
    }

    /// Reads a word: a link, a seal, another block's content.
    mutating func leak(_ input: inout Input) {
        guard let at = place(&input), let word = read(at) else { return }
        if leaked.count == 32 { leaked.remove(at: 4) }
        leaked.append(word)
    }

    private func read(_ at: Address) -> UInt64? {
        var word: UInt64 = 0
        for index in 0..<8 {
            var byte: UInt8 = 0
            guard unsafe fuzz_load(at.bits + UInt(index), &byte) else { return nil }
            word |= UInt64(byte) << UInt64(index * 8)
        }
        return word
    }

    /// A word that he chose: one that he read, an address, a number, the difference of two that he read; in place of what is there, or
    /// mixed with it.
    mutating func writeWords(_ input: inout Input) {
        guard let start = place(&input) else { return }
        let one = leaked[input.below(leaked.count)]
        let other = leaked[input.below(leaked.count)]
        var word: UInt64
        switch input.below(6) {
        case 0: word = one
        case 1: word = one ^ other
        case 2: word = UInt64(input.word16())
        // What a link holds is a number, in both halves of the word.
        case 3: word = UInt64(input.byte()) &* 0x1_0000_0001
        case 4: word = UInt64(start.bits)
        default: word = books.count == 0 ? 0 : UInt64(books[input.below(books.count)].address.bits)
        }
        if input.byte() & 1 != 0, let old = read(start) { word ^= old }
        var count: UInt = 0
        while count < 8, write(start + count, UInt8(truncatingIfNeeded: word >> UInt64(count * 8))) { count += 1 }
        note(start, count)
    }
}
