// A page of traps (flag zeroSizeTraps): 64 KiB of inaccessible addresses, 16 bytes apart, for malloc(0). Any thread; atomic
// operations only.

import Synchronization

/// A page with kind == .trap is unowned and stays for good.
///
/// (1) bit n of its bits: the address origin + 16·n is in a user's hands. (2) The word behind the bits is where the search
/// starts, behind the address that was taken last: one comes back only after all others had their turn.
extension Page {
    private static var wordCount: UInt { 64 }
    /// The memory for a page's bits.
    static var trapBitsByteCount: UInt { (wordCount + 1) * 8 }

    /// - Parameter index: `wordCount` is the place where the search starts.
    private func trapWord(_ index: UInt) -> Ref<Atomic<UInt64>> {
        precondition(index <= Self.wordCount)
        return unsafe Ref(at: Address(byteCount) + index * 8)
    }

    /// Makes the page one of traps. The memory at `start` must be inaccessible, that at `bits` zero.
    mutating func setUpTraps(start: Address, bits: Address) {
        kind = .trap
        blockByteCount = 0
        origin = start
        byteCount = bits.bits
        isFull = false
        openUnowned()
    }

    /// - Returns: an address that nobody has; nil if there is none.
    func takeTrap() -> Address? {
        let turn = trapWord(Self.wordCount).pointee.add(1, ordering: .relaxed).oldValue
        let first = UInt(turn) % (Self.wordCount * 64)
        var step: UInt = 0
        while step <= Self.wordCount {
            let word = (first / 64 + step) % Self.wordCount
            let floor = step == 0 ? first % 64 : 0
            if let bit = takeBit(word, from: floor) {
                let number = word * 64 + bit
                let skipped = (number &- first) % (Self.wordCount * 64)  // a power of two: it may wrap
                if skipped != 0 {
                    trapWord(Self.wordCount).pointee.add(UInt64(skipped), ordering: .relaxed)
                }
                return origin + number * Unit.block
            }
            step += 1
        }
        return nil
    }

    private func takeBit(_ word: UInt, from floor: UInt) -> UInt? {
        while true {
            let old = trapWord(word).pointee.load(ordering: .relaxed)
            let free = (~old >> UInt64(floor)) << UInt64(floor)
            guard free != 0 else { return nil }
            let bit = UInt(free.trailingZeroBitCount)
            let swapped = trapWord(word).pointee.weakCompareExchange(
                expected: old, desired: old | 1 << UInt64(bit), ordering: .acquiringAndReleasing)
            if swapped.exchanged { return bit }
        }
    }

    /// The place of an address among the page's, or nil if it is no block's.
    private func trapNumber(_ address: Address) -> UInt? {
        let offset = address.offset(from: origin)
        guard offset < Unit.slice, offset % Unit.block == 0 else { return nil }
        return offset / Unit.block
    }

    func isLiveTrap(_ address: Address) -> Bool {
        guard let number = trapNumber(address) else { return false }
        return trapWord(number / 64).pointee.load(ordering: .relaxed) >> UInt64(number % 64) & 1 != 0
    }

    /// - Returns: false if the address is not in a user's hands.
    func freeTrap(at address: Address) -> Bool {
        guard let number = trapNumber(address) else { return false }
        let bit: UInt64 = 1 << UInt64(number % 64)
        let old = trapWord(number / 64).pointee.bitwiseAnd(~bit, ordering: .acquiringAndReleasing).oldValue
        return old & bit != 0
    }
}
