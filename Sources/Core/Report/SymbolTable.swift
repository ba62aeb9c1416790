// The names of functions: a module's dynamic symbols, read in memory. Not by dladdr, which takes the loader's lock.

/// The function that an address lies in.
struct FoundSymbol {
    /// Its name, a C string in the module.
    let name: Address
    /// How far into it the address is.
    let offset: UInt
}

/// A module's dynamic symbol table (System V ABI, "Dynamic Section"; the hash table of GNU tells how long it is).
struct SymbolTable {
    private var symbols: UInt = 0
    private var strings: UInt = 0
    private var stringByteCount: UInt = 0
    private var hash: UInt = 0
    private var gnuHash: UInt = 0
    private let bias: UInt

    /// A module with more symbols is searched no further.
    static var largestCount: UInt { 1 << 20 }

    /// - Returns: nil if there is none.
    init?<Reader: MemoryReader>(of module: Module, _ reader: inout Reader) {
        bias = module.bias
        var entry = module.dynamic
        for _ in 0..<256 {
            guard let tag = reader.word(at: entry), let value = reader.word(at: entry + 8), tag != 0 else { break }
            switch tag {
            case 4: hash = located(value)
            case 5: strings = located(value)
            case 6: symbols = located(value)
            case 10: stringByteCount = value
            case 0x6fff_fef5: gnuHash = located(value)
            default: break
            }
            entry = entry + 16
        }
        guard symbols != 0, strings != 0, symbols % 8 == 0 else { return nil }
    }

    /// glibc has made most of these absolute; where the section cannot be written (the vDSO), they are not.
    private func located(_ value: UInt) -> UInt { value < bias ? value &+ bias : value }

    /// The number of symbols.
    private func count<Reader: MemoryReader>(_ reader: inout Reader) -> UInt {
        if hash != 0 { return UInt(reader.half(at: Address(hash) + 4) ?? 0) }
        guard gnuHash != 0, let bucketCount = reader.half(at: Address(gnuHash)),
            let first = reader.half(at: Address(gnuHash) + 4), let maskCount = reader.half(at: Address(gnuHash) + 8)
        else { return 0 }
        let buckets = Address(gnuHash) + 16 + 8 * UInt(maskCount)
        let chains = buckets + 4 * UInt(bucketCount)
        var last: UInt = 0
        for index in 0..<Swift.min(UInt(bucketCount), Self.largestCount) {
            last = Swift.max(last, UInt(reader.half(at: buckets + 4 * index) ?? 0))
        }
        guard last >= UInt(first) else { return UInt(first) }
        // The last chain ends with an odd hash.
        while last < Self.largestCount, let value = reader.half(at: chains + 4 * (last - UInt(first))), value & 1 == 0
        {
            last += 1
        }
        return last + 1
    }

    /// The function that covers an address; where sizes are missing, the nearest one below.
    func symbol<Reader: MemoryReader>(covering address: Address, _ reader: inout Reader) -> FoundSymbol? {
        let target = address.bits &- bias
        var best: FoundSymbol?
        for index in 0..<Swift.min(count(&reader), Self.largestCount) {
            let symbol = Address(symbols) + 24 * index
            guard let word = reader.word(at: symbol), let value = reader.word(at: symbol + 8) else { break }
            // st_info's type is a function's (2, 10), st_shndx is not 0.
            let type = word >> 32 & 15
            guard type == 2 || type == 10, word >> 48 != 0, value <= target else { continue }
            let name = UInt(UInt32(truncatingIfNeeded: word))
            guard name != 0, name < stringByteCount, target &- value <= best?.offset ?? .max else { continue }
            let size = reader.word(at: symbol + 16) ?? 0
            guard size == 0 || target &- value < size else { continue }
            best = FoundSymbol(name: Address(strings &+ name), offset: target &- value)
        }
        return best
    }
}
