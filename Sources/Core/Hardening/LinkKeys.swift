// A page's secrets: they encode the links in free blocks (flag encodedFreeLists) and make the canaries behind live ones
// (flag paddingCanaries). The page's owner and any thread that frees; keys are written once, before the page has a block.

/// What a page needs to write and read links and canaries.
protocol LinkCoding {
    /// There are keys: what encodedFreeLists and paddingCanaries need.
    static var isSecret: Bool { get }
    /// - Parameter random: a source of random words, called as often as keys are needed.
    init(drawing random: () -> UInt64)
    /// The word to store at `position` for the block number `number`.
    func encode(_ number: UInt32, at position: Address) -> UInt64
    /// The number that was stored; anything above the page's capacity if the word was overwritten.
    func decode(_ word: UInt64, at position: Address) -> UInt64
    /// The canary of the block whose last word is at `position`: its first byte is never zero, its second always is.
    func canary(at position: Address) -> UInt64
}

/// Two secret words of one page; a link is the block's number, in both halves of a word, XORed with a pad made of keys and
/// position.
///
/// The pad is the folded 128-bit product of (position · b ⊕ a) and b, the latter as in W. Yi's wyhash: no two positions share
/// a pad, so that a leaked link gives neither the key nor another link's pad. A number has at most 13 bits and stands there
/// twice, so 51 bits of every word are known: an overwritten link passes with probability 2⁻⁵¹, and one of which less than both
/// halves were changed never does.
///
/// The first multiplication spreads neighbours over all 64 bits. Without it their products are an arithmetic progression, whose
/// upper halves agree but for a few bits: 15 canaries of neighbours were enough to compute the sixteenth (Sources/Attacks/
/// equations.c).
struct LinkKeys: LinkCoding {
    static var isSecret: Bool { true }

    private let a: UInt64
    private let b: UInt64

    init(drawing random: () -> UInt64) {
        a = random()
        b = random() | 1  // never 0: the product would be too
    }

    @inline(__always) private func pad(at position: Address) -> UInt64 {
        // Wrapping: what is wanted of the first product is its lower half. b is odd, so it is another one for each position.
        let product = (UInt64(position.bits) &* b ^ a).multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always) func encode(_ number: UInt32, at position: Address) -> UInt64 {
        (UInt64(number) | UInt64(number) &<< 32) ^ pad(at: position)
    }
    @inline(__always) func decode(_ word: UInt64, at position: Address) -> UInt64 {
        let twice = word ^ pad(at: position)
        // What the halves do not agree in stays above any number.
        return twice ^ twice &<< 32
    }
    // The same pad serves links and canaries: no block's last word is a block's first one.
    @inline(__always) func canary(at position: Address) -> UInt64 { pad(at: position) & ~0xFF00 | 1 }
}

/// Links as plain numbers, for variants without the flag. Reserves the keys' room, so that layouts agree.
struct NoKeys: LinkCoding {
    static var isSecret: Bool { false }

    private let reserved: (UInt64, UInt64) = (0, 0)

    init(drawing random: () -> UInt64) {}
    @inline(__always) func encode(_ number: UInt32, at position: Address) -> UInt64 { UInt64(number) }
    @inline(__always) func decode(_ word: UInt64, at position: Address) -> UInt64 { word }
    @inline(__always) func canary(at position: Address) -> UInt64 { 1 }
}
