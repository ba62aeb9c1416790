// ChaCha20 against the RFC, and the generator around it.

import CBulwark
import CTestSupport
import Testing

@Suite struct EntropyTests {
    /// RFC 8439, 2.3.2.
    @Test func blockFunction() {
        let (a, b, c, d) = chaChaBlock(
            SIMD4(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574),
            SIMD4(0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c),
            SIMD4(0x1312_1110, 0x1716_1514, 0x1b1a_1918, 0x1f1e_1d1c),
            SIMD4(0x0000_0001, 0x0900_0000, 0x4a00_0000, 0x0000_0000))
        verify(a == SIMD4(0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3))
        verify(b == SIMD4(0xc7f4_d1c7, 0x0368_c033, 0x9aaa_2204, 0x4e6c_d4c3))
        verify(c == SIMD4(0x4664_82d2, 0x09aa_9f07, 0x05d7_c214, 0xa202_8bd9))
        verify(d == SIMD4(0xd19c_12b5, 0xb94e_16de, 0xe883_d0cb, 0x4e3c_50a2))
    }

    /// Where the kernel gives random numbers the clock has no part in them: the processor's may be forbidden (prctl(2), PR_SET_TSC).
    @Test func keysAreTheKernels() async {
        await #expect(processExitsWith: .success) {
            var generator = RandomGenerator()
            let isForbidden = test_forbid_clock(true)
            generator.seed(salt: 0)
            let isAllowed = test_forbid_clock(false)
            precondition(isForbidden && isAllowed && generator.isSeeded)
        }
        await #expect(processExitsWith: .signal(11)) {  // and it is seen if it has
            _ = test_forbid_clock(true)
            _ = bw_os_cycles()
        }
    }

    /// The words of the generator's memory, in order.
    private func words(of generator: inout RandomGenerator) -> [UInt64] {
        unsafe withUnsafeBytes(of: &generator) { bytes in unsafe Array(bytes.bindMemory(to: UInt64.self)) }
    }

    @Test func saysWhetherItIsSeeded() {
        var generator = RandomGenerator()
        verify(!generator.isSeeded)
        generator.seed(salt: 0)
        verify(generator.isSeeded)
    }

    /// The same salt gives different streams, and no word comes twice: with 2,000 words of 64 bits, chance would
    /// repeat one in 10¹³ runs.
    @Test func streamsDiffer() {
        var (a, b) = (RandomGenerator(), RandomGenerator())
        a.seed(salt: 1)
        b.seed(salt: 1)
        var drawn: Set<UInt64> = []
        for _ in 0..<1000 {
            drawn.insert(a.next())
            drawn.insert(b.next())
        }
        verify(drawn.count == 2000)
    }

    /// A new seed forgets the words that were buffered.
    @Test func reseeding() {
        var a = RandomGenerator()
        a.seed(salt: 1)
        _ = a.next()
        var copy = a
        a.seed(salt: 1)
        var (fromA, fromCopy): (Set<UInt64>, Set<UInt64>) = ([], [])
        for _ in 0..<32 {
            fromA.insert(a.next())
            fromCopy.insert(copy.next())
        }
        verify(fromA.isDisjoint(with: fromCopy))
    }

    /// The stream is the block function's, with the counter in words 12 and 13.
    @Test func streamIsChaCha() {
        var generator = RandomGenerator()
        generator.seed(salt: 0)
        let memory = words(of: &generator)
        func row(_ low: UInt64, _ high: UInt64) -> SIMD4<UInt32> {
            SIMD4(
                UInt32(truncatingIfNeeded: low), UInt32(low >> 32), UInt32(truncatingIfNeeded: high),
                UInt32(high >> 32))
        }
        let constants = SIMD4<UInt32>(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574)
        for counter in UInt32(0)..<20 {
            let rows = chaChaBlock(
                constants, row(memory[0], memory[1]), row(memory[2], memory[3]), SIMD4(counter, 0, 0, 0))
            var expected: Set<UInt64> = []
            for row in [rows.0, rows.1, rows.2, rows.3] {
                expected.insert(UInt64(row[0]) | UInt64(row[1]) << 32)
                expected.insert(UInt64(row[2]) | UInt64(row[3]) << 32)
            }
            let drawn = Set((0..<8).map { _ in generator.next() })
            verify(drawn == expected)
        }
    }

    @Test func drawnWordsAreWiped() {
        var generator = RandomGenerator()
        generator.seed(salt: 0)
        for _ in 0..<20 {
            let word = generator.next()
            verify(!words(of: &generator).contains(word))
        }
    }
}
