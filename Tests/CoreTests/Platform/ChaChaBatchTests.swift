// Four blocks at once are the four blocks one by one.

import Testing

@Suite struct ChaChaBatchTests {
    private let key: InlineArray<8, UInt32> = [
        0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c, 0x1312_1110, 0x1716_1514, 0x1b1a_1918, 0x1f1e_1d1c,
    ]

    /// Against the block function, which EntropyTests holds against the RFC; counters that carry into the upper half too.
    @Test(arguments: [0, 1, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1234_5678_9ABC_DEF0] as [UInt64], [4, 10])
    func blocks(_ counter: UInt64, _ doubleRounds: Int) {
        let batch = ChaChaBatch(key, counter: counter, doubleRounds: doubleRounds)
        for block in 0..<4 {
            let own = counter &+ UInt64(block)
            let (a, b, c, d) = chaChaBlock(
                SIMD4(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574),
                SIMD4(key[0], key[1], key[2], key[3]), SIMD4(key[4], key[5], key[6], key[7]),
                SIMD4(UInt32(truncatingIfNeeded: own), UInt32(own >> 32), 0, 0), doubleRounds: doubleRounds)
            for word in 0..<4 {
                verify(batch.word(word, ofBlock: block) == a[word])
                verify(batch.word(4 + word, ofBlock: block) == b[word])
                verify(batch.word(8 + word, ofBlock: block) == c[word])
                verify(batch.word(12 + word, ofBlock: block) == d[word])
            }
        }
    }

    /// The quarters hold all 64 words, each once.
    @Test func quarters() {
        var batch = ChaChaBatch(key, counter: 7, doubleRounds: 4)
        var words: [UInt32] = []
        for quarter in 0..<4 {
            let bits = batch.quarter(quarter)
            for index in 0..<8 { words += [UInt32(truncatingIfNeeded: bits[index]), UInt32(bits[index] >> 32)] }
        }
        var expected: [UInt32] = []
        for word in 0..<16 { for block in 0..<4 { expected.append(batch.word(word, ofBlock: block)) } }
        verify(words == expected)
    }
}
