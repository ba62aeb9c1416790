// Magazines: entries, the choice of one, against a model; and the chances that Flags.swift promises, by enumeration.

import Testing

@Suite struct MagazineTests {
    private func make() throws -> Ref<Magazine> {
        let memory = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        return unsafe Ref(at: memory)
    }

    private func page(_ index: UInt) -> Ref<Page> { unsafe Ref(at: Address(0x7fff_ffff_0000 - index * 128)) }

    @Test func entries() {
        for number: UInt32 in [1, 2, 63, 64, 4095] {
            for isUntouched in [true, false] {
                for index: UInt in [0, 1, 511] {
                    let entry = MagazineEntry(page(index), number, isUntouched: isUntouched)
                    verify(entry.page == page(index) && entry.number == number && entry.isUntouched == isUntouched)
                    verify(!entry.isAfterMarking && entry.afterMarking.isAfterMarking)
                    let marked = entry.afterMarking
                    verify(marked.page == page(index) && marked.number == number && marked.isUntouched == isUntouched)
                    if !isUntouched { verify(entry.directNumber == number) }
                }
            }
        }
        verify(BlockStates.largestNumber < 1 << 14)
    }

    @Test func fitsItsRoom() throws {
        verify(UInt(MemoryLayout<Magazine>.size) <= 32 && Magazine.stride >= 32 + UInt(Magazine.capacity) * 8)
        // A refill that lacks one entry may bring 64.
        verify(Magazine.highestFloor * 7 / 4 + 63 <= Magazine.capacity)
        let magazine = try make()
        verify(!magazine.pointee.offers)
        for number in 1...Magazine.capacity { magazine.append(MagazineEntry(page(0), number)) }
        verify(magazine.pointee.count == Magazine.capacity)
        // The next magazine's memory is as it was.
        verify(MemoryProbe.isZero(magazine.address + Magazine.stride, byteCount: 64))
        for place in 0..<Magazine.capacity { verify(magazine[place].number == place + 1) }
    }

    /// For every byte and every number of entries: each with at most its chance.
    @Test func everyChoice() throws {
        guard Variant.randomizedFreeLists else { return }
        let magazine = try make()
        for count in 1...Magazine.capacity {
            magazine.append(MagazineEntry(page(0), count))
            var chances = [Int](repeating: 0, count: Int(Magazine.capacity))
            for byte in UInt8.min...UInt8.max { chances[Int(magazine.pointee.choice(byte))] += 1 }
            verify(chances[Int(count)...].allSatisfy { $0 == 0 }, "what is not there is chosen")
            verify(chances[..<Int(count)].max()! <= (256 + Int(count) - 1) / Int(count))
            verify(chances[..<Int(count)].min()! >= 1)
            // Flags.quarantine: 1/32 with a full floor, above which there is at least one more.
            if count > Magazine.highestFloor { verify(chances.max()! * 32 <= 256) }
        }
    }

    @Test func againstAModel() throws {
        let magazine = try make()
        var model: [UInt64] = []
        var random = TestRandom(stream: 110)
        var next: UInt32 = 0
        for _ in 0..<Seed.repetitions(20_000) {
            if model.isEmpty || (model.count < Magazine.capacity && random.isOne(in: 2)) {
                next = next % 4095 + 1
                let entry = MagazineEntry(page(random.below(500)), next, isUntouched: random.isOne(in: 2))
                magazine.append(entry)
                model.append(entry.bits)
            } else {
                let place = magazine.pointee.choice(UInt8(random.below(256)))
                verify(place < magazine.pointee.count)
                verify(magazine[place].bits == model[Int(place)])
                magazine.remove(place)
                model[Int(place)] = model[model.count - 1]
                model.removeLast()
            }
            verify(magazine.pointee.count == UInt32(model.count))
            magazine.pointee.floor = UInt32(random.below(40))
            verify(magazine.pointee.offers == (magazine.pointee.count > magazine.pointee.floor))
        }
        for (place, bits) in model.enumerated() { verify(magazine[UInt32(place)].bits == bits) }
    }

    /// Without random numbers the cursor goes round: what a refill brings comes in an order of its own, each once.
    @Test func withoutChance() throws {
        guard !Variant.randomizedFreeLists else { return }
        let magazine = try make()
        for round in 0..<5 {
            for number in 1...UInt32(40) { magazine.append(MagazineEntry(page(0), number)) }
            var order: [UInt32] = []
            for _ in 0..<40 {
                let place = magazine.pointee.choice(UInt8(round))
                order.append(magazine[place].number)
                magazine.remove(place)
            }
            verify(order.sorted() == Array(1...40) && magazine.pointee.count == 0)
        }
    }

    /// One malloc ahead: what is chosen is in no place any more, and can be put back.
    @Test func choosingAhead() throws {
        let (pages, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 100))
        let magazine = try make()
        for number in 1...UInt32(40) { magazine.append(MagazineEntry(pages, number)) }
        verify(magazine.pointee.total == 40)
        for byte in UInt8.min...UInt8.max {
            magazine.chooseNext(byte)
            let next = magazine.pointee.next
            verify(next.bits != 0 && magazine.pointee.count == 39 && magazine.pointee.total == 40)
            verify(magazine.pointee.nextBlock == pages.pointee.address(of: next.number))
            verify((0..<39).allSatisfy { magazine[$0].bits != next.bits })
            magazine.unchoose()
            verify(magazine.pointee.next.bits == 0 && magazine.pointee.count == 40)
            magazine.unchoose()
            verify(magazine.pointee.count == 40)
        }
        verify(Set((0..<40).map { magazine[$0].number }) == Set(1...40))
    }
}
