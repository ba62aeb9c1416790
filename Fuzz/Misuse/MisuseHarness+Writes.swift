// Writes that go astray: past the end of a block, in front of it, after its free; and accesses that must fault.

import CBulwark
import CFuzz

extension MisuseHarness {
    /// Changes each byte of a range, upwards, until one faults.
    /// - Returns: how many were changed.
    private func change(_ start: Address, _ byteCount: UInt, by difference: UInt8) -> UInt {
        var byte: UInt8 = 0
        for offset in 0..<byteCount {
            let at = start.bits + offset
            guard unsafe fuzz_load(at, &byte), fuzz_store(at, byte ^ difference) else { return offset }
        }
        return byteCount
    }

    /// A live block that nothing has happened to, and its page.
    private func intactBlock(_ input: inout Input) -> (block: ShadowBlock, page: Ref<Page>)? {
        guard books.count != 0, !damages.isFull else { return nil }
        let block = books[input.below(books.count)]
        guard block.extent != 0, !damages.isNear(block.address), !damages.isNear(block.end),
            let page = Allocator.shared.page(covering: block.address)
        else { return nil }
        return (block, page)
    }

    /// One byte up to 96 behind the block's end, or all up to some 1200.
    mutating func overflow(_ input: inout Input) {
        let (isRun, distance, difference) = (input.byte() & 1 != 0, input.word16(), 1 + input.byte() % 255)
        guard Variant.paddingCanaries, let (block, page) = intactBlock(&input) else { return }
        let offset = isRun ? 0 : distance % 96
        let start = block.end + offset
        let length = isRun ? 1 + distance % 1200 : 1
        // What was changed twice may be as it was.
        guard !damages.all.contains(where: { $0.touches(start, start + length) }) else { return }
        let count = change(start, length, by: difference)
        Trace.say(
            "[\(thread)] overflow of \(hex(block.address)), \(block.extent) bytes, at +\(offset): \(count) bytes")
        guard count != 0 else { return checkFault(start, of: block, page, .guardedOverflow) }
        var damage = Damages.make(start, start + count, page, birth: books.nextKey)
        if isCertain(offset, of: block, page) { damage.overflowed = block.address }
        damages.add(damage)
    }

    /// True if a change so far behind the end must be found when the block ends: canaries and slack up to 64 bytes, the seal but for
    /// its third to fifth byte (Core.docc/Canaries), the rest of a sampled block's OS page.
    private func isCertain(_ offset: UInt, of block: ShadowBlock, _ page: Ref<Page>) -> Bool {
        switch page.pointee.kind {
        case .blocks:
            let seal = footprint(of: block.address) - 8 - block.extent
            return offset < min(seal, 64) || (offset >= seal && [0, 1, 5, 6, 7].contains(offset - seal))
        case .large, .huge: return offset < min(block.end.aligned(up: Unit.osPage).offset(from: block.end), 64)
        case .sampled: return block.end.offset(from: block.address.aligned(down: Unit.osPage)) + offset < Unit.osPage
        case .trap: return false
        }
    }

    /// A byte right next to a block, on whichever side, was not accessible.
    private func checkFault(_ at: Address, of block: ShadowBlock, _ page: Ref<Page>, _ violation: Violation) {
        switch page.pointee.kind {
        case .blocks:
            let start = block.address.aligned(down: Unit.osPage)
            let isOutside =
                violation == .guardedOverflow
                ? at.offset(from: block.address) >= footprint(of: block.address) : block.address == start
            expect(isOutside, "\(hex(at)) in a page of blocks is not accessible")
        case .large, .huge:
            let isBehind = at.bits >= block.end.aligned(up: Unit.osPage).bits
            expect(isBehind || violation == .guardedUnderflow, "\(hex(at)) is not accessible")
        case .sampled:
            let access = Allocator.shared.pointee.access(at: at)
            expect(
                access?.violation == violation && access?.history.start == block.address,
                "a fault at \(hex(at)) near the sampled \(hex(block.address)) is said to be \(String(describing: access))"
            )
        case .trap: break
        }
    }

    /// One of the eight bytes in front of a block, or the last ones up to that.
    mutating func underflow(_ input: inout Input) {
        let (isRun, distance, difference) = (input.byte() & 1 != 0, 1 + input.word16() % 8, 1 + input.byte() % 255)
        guard Variant.paddingCanaries, Variant.zeroOnFree, let (block, page) = intactBlock(&input),
            !damages.isNear(block.address - 1)
        else { return }
        let start = block.address - distance
        let count = change(start, isRun ? distance : 1, by: difference)
        Trace.say(
            "[\(thread)] underflow of \(hex(block.address)), \(block.extent) bytes, by \(distance): \(count) bytes")
        guard count != 0 else { return checkFault(start, of: block, page, .guardedUnderflow) }
        switch page.pointee.kind {
        case .large, .huge:
            let isGuarded = Allocator.shared.pointee.statistics().refusedGuardCount == 0
            expect(!isGuarded, "the byte in front of the large block \(hex(block.address)) is accessible")
        case .blocks, .sampled:
            var damage = Damages.make(start, start + count, page, birth: books.nextKey)
            let isFirst = page.pointee.kind == .blocks && page.pointee.number(ofBlockAt: block.address) == 1
            let isCertain = isRun || page.pointee.kind == .sampled || [1, 2, 3, 7, 8].contains(distance)
            if isCertain, !isFirst { damage.undercut = block.address }
            damages.add(damage)
        case .trap: break
        }
    }

    /// A byte of a block that was freed, and whose page is still known to be there.
    mutating func writeAfterFree(_ input: inout Input) {
        guard Variant.zeroOnFree, stale.count != 0, !damages.isFull else { return }
        let block = stale[stale.count - 1 - input.below(stale.count)]
        let (place, difference) = (input.word32(), 1 + input.byte() % 255)
        let room = block.kind == .blocks ? block.footprint : block.byteCount
        guard room != 0, isSure(block), !damages.isNear(block.address) else { return }
        let target = block.address + place % room
        guard books.index(covering: target) == nil, let page = Allocator.shared.page(covering: target) else { return }
        let count = change(target, 1, by: difference)
        Trace.say("[\(thread)] write after free at \(hex(target)), of \(hex(block.address)), \(count) bytes")
        switch block.kind {
        case .blocks:
            guard count != 0 else { return }
            var damage = Damages.make(target, target + 1, page, birth: books.nextKey)
            let watch = UInt32(damages.all.count)
            fuzz_watch(watch, target.bits)
            damage.watch = watch
            damages.add(damage)
        case .large, .huge, .trap: expect(count == 0, "the freed \(hex(block.address)) can be written")
        case .sampled:
            expect(count == 0, "the freed sampled block \(hex(block.address)) can be written")
            let access = Allocator.shared.pointee.access(at: target)
            expect(access?.violation == .guardedUseAfterFree, "it is said to be \(String(describing: access))")
        }
    }

    /// A read or a write through what malloc(0) returned.
    mutating func accessTrap(_ input: inout Input) {
        guard Variant.zeroSizeTraps, let trap = allocate(.malloc, 0) else { return }
        let at = trap + UInt(input.below(16))
        var byte: UInt8 = 0
        let isAccessible = input.byte() & 1 != 0 ? fuzz_store(at.bits, 1) : unsafe fuzz_load(at.bits, &byte)
        expect(!isAccessible, "malloc(0) can be accessed at \(hex(at))")
        expect(
            Allocator.shared.pointee.access(at: at)?.violation == .zeroSizeAccess, "a fault at \(hex(at)) has no name"
        )
    }

    /// What memcpy asks before it copies.
    mutating func copyTooFar(_ input: inout Input) {
        guard Variant.guardedCopies, books.count != 0 else { return }
        let block = books[input.below(books.count)]
        guard !damages.isNear(block.address) else { return }
        let offset = block.extent == 0 ? 0 : input.word16() % block.extent
        let (room, isWritten) = (block.extent - offset, input.byte() & 1 != 0)
        let allocator = Allocator.shared
        allocator.pointee.checkRoom(at: block.address + offset, for: room, isWritten: isWritten)
        expectReport([], at: block.address, "a copy of all that is there")
        let excess = 1 + input.word16()
        allocator.pointee.checkRoom(at: block.address + offset, for: room + excess, isWritten: isWritten)
        expectReport(
            [block.extent == 0 ? .zeroSizeAccess : .copyOverflow], at: block.address,
            "a copy of \(excess) bytes too much")
    }

    /// Allocates as many blocks of a freed one's size as bring it back, or most others.
    mutating func drain(_ input: inout Input) {
        guard stale.count != 0 else { return }
        let block = stale[stale.count - 1 - input.below(stale.count)]
        guard block.byteCount <= 16 << 10, books.count < 600 else { return }
        for _ in 0..<64 { allocate(.malloc, block.byteCount) }
    }
}
