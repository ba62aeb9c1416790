// What stands behind a block's requested size (flag paddingCanaries): the numbers; Model/Page+Canary.swift writes and
// looks.

/// The layout of a block of `size` bytes that `n` bytes were requested of, n + 8 ≤ size:
///
///     0          n                             size − 8      size
///     | the user's | canary, again and again … (64) … | seal |
///
/// (1) slack = size − 8 − n. The canary is the page's pad for the seal's address, with its first byte odd and its second
///     zero: a NUL one byte too far shows, and reading a string from the block stops there.
/// (2) seal = canary XOR slack · 2¹⁶; so with slack 0 the seal is the canary.
/// (3) bytes n ..< n + min(slack, 72) repeat the canary; what slack lies beyond is never written by us.
enum Canary {
    /// What a block needs beyond the requested size.
    static var byteCount: UInt { Variant.paddingCanaries ? 8 : 0 }
    /// The most bytes behind the requested size that are filled.
    static var longestFill: UInt { 72 }

    @inline(__always) static func seal(_ canary: UInt64, slack: UInt) -> UInt64 { canary ^ UInt64(slack) << 16 }

    /// The slack that a seal tells; above any block's size, with all but certainty, if it was changed: 48 of its bits are
    /// the canary's.
    @inline(__always) static func slack(_ seal: UInt64, _ canary: UInt64) -> UInt {
        let mixed = seal ^ canary
        return UInt(mixed &>> 16 | mixed &<< 48)
    }
}
