// The word that threads share: each field by itself.

import Testing

@Suite struct ThreadFreeTests {
    private let fields: [(name: String, get: (ThreadFree) -> Bool, set: (inout ThreadFree, Bool) -> Void)] = [
        ("isInUse", { $0.isInUse }, { $0.isInUse = $1 }),
        ("isUnowned", { $0.isUnowned }, { $0.isUnowned = $1 }),
        ("wantsWake", { $0.wantsWake }, { $0.wantsWake = $1 }),
        ("isWaking", { $0.isWaking }, { $0.isWaking = $1 }),
    ]

    @Test func zeroIsAPageOutOfUse() {
        let word = ThreadFree(bits: 0)
        verify(word.head == 0 && word.generation == 0)
        for field in fields { verify(!field.get(word), "\(field.name)") }
    }

    @Test func fieldsAreIndependent() {
        var random = TestRandom(stream: 12)
        for _ in 0..<Seed.repetitions(2_000) {
            let old = ThreadFree(bits: random.next())
            for (changed, field) in fields.enumerated() {
                for value in [false, true] {
                    var new = old
                    field.set(&new, value)
                    verify(field.get(new) == value && new.head == old.head && new.generation == old.generation)
                    for (index, other) in fields.enumerated() where index != changed {
                        verify(other.get(new) == other.get(old), "\(field.name) changed \(other.name)")
                    }
                }
            }
            var new = old
            new.head = UInt32(truncatingIfNeeded: random.next())
            verify(new.bits >> 32 == old.bits >> 32 && UInt64(new.head) == new.bits & 0xFFFF_FFFF)
        }
    }

    /// (1), (5), (6).
    @Test func retirement() {
        var word = ThreadFree(bits: 0)
        word.isInUse = true
        word.isUnowned = true
        word.wantsWake = true
        verify(word.retired == ThreadFree(bits: 1 << 40))
        word.wantsWake = false
        word.isWaking = true
        verify(word.retired.isWaking && !word.retired.isInUse && !word.retired.isUnowned)
        var generations: Set<UInt32> = []
        for _ in 0..<100 {
            generations.insert(word.generation)
            word = word.retired
        }
        verify(generations.count == 100)
        let last = ThreadFree(bits: UInt64(0xFF_FFFF) << 40)
        verify(last.retired.generation == 0)
    }
}
