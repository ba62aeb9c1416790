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
                }
            }
        }
        verify(BlockStates.largestNumber < 1 << 15)
    }

    @Test func fitsItsRoom() throws {
        verify(UInt(MemoryLayout<Magazine>.size) <= 16 && Magazine.stride >= 16 + UInt(Magazine.capacity) * 8)
        let magazine = try make()
        verify(!magazine.pointee.offers && !magazine.pointee.isFull)
        for number in 1...Magazine.capacity { magazine.append(MagazineEntry(page(0), number)) }
        verify(magazine.pointee.isFull && magazine.pointee.count == Magazine.capacity)
        // The next magazine's memory is as it was.
        verify(MemoryProbe.isZero(magazine.address + Magazine.stride, byteCount: 64))
        for place in 0..<Magazine.capacity { verify(magazine[place].number == place + 1) }
    }

    /// For every byte and every number of entries: never the last one, and each with at most its chance.
    @Test func everyChoice() throws {
        guard Variant.randomizedFreeLists else { return }
        let magazine = try make()
        for count in 1...Magazine.capacity {
            magazine.append(MagazineEntry(page(0), count))
            var chances = [Int](repeating: 0, count: Int(Magazine.capacity))
            for byte in UInt8.min...UInt8.max { chances[Int(magazine.pointee.choice(byte))] += 1 }
            if count == 1 {
                verify(chances[0] == 256)
                continue
            }
            let others = Int(count) - 1
            verify(chances[others...].allSatisfy { $0 == 0 }, "the last of \(count) is chosen")
            verify(chances[..<others].max()! <= (256 + others - 1) / others)
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
                verify(place < magazine.pointee.count && (place != magazine.pointee.count - 1 || model.count == 1))
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

    /// Without random numbers: a block that was freed waits until as many were handed out as there are others.
    @Test func withoutChance() throws {
        guard !Variant.randomizedFreeLists else { return }
        let magazine = try make()
        for number in 1...UInt32(40) { magazine.append(MagazineEntry(page(0), number)) }
        var order: [UInt32] = []
        for _ in 0..<200 {
            let place = magazine.pointee.choice(0)
            let entry = magazine[place]
            order.append(entry.number)
            magazine.remove(place)
            magazine.append(entry)
        }
        for number in 1...UInt32(40) {
            let places = order.indices.filter { order[$0] == number }
            for (a, b) in zip(places, places.dropFirst()) { verify(b - a >= 2, "\(number) came back at once") }
        }
    }
}
