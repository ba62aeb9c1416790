// Harness (b): a program into which errors are woven. What must be found, when and as what is what README, Core.docc/Detection and the
// pages of the flags promise; a miss, another kind, a false alarm and a crash of our own are findings.

import CBulwark
import CFuzz
import Glibc

struct MisuseHarness {
    var books = ShadowBlocks()
    var stale = StaleBlocks()
    var damages = Damages()
    /// Operations so far that may change what is free.
    var operation = 0
    var thread: UInt32 = 0
    var ending: Set<UInt32> = []
    /// The last block that ended was looked at in full: by its page's owner, or with a page to itself.
    private(set) var wasOwner = false
    /// Sites from which a sized deallocation was reported.
    var reportedSites: Set<UInt> = []

    static let mostOperations = 300

    static func run(_ input: inout Input) {
        var harness = MisuseHarness()
        var count = 0
        while !input.isAtEnd, count < mostOperations {
            harness.step(&input)
            count += 1
        }
        harness.finish()
    }

    private mutating func step(_ input: inout Input) {
        switch input.below(32) {
        case 0..<7: allocate(&input)
        case 7..<11: deallocate(&input)
        case 11, 12: reallocate(&input)
        case 13: playThread(&input)
        case 14: settle(&input)
        case 15, 16: freeStale(&input)
        case 17: useStale(&input)
        case 18, 19: passInterior(&input)
        case 20, 21: passForeign(&input)
        case 22: passWild(&input)
        case 23: deallocateWithSize(&input)
        case 24: deallocateByAnotherFamily(&input)
        case 25, 26: overflow(&input)
        case 27: underflow(&input)
        case 28: writeAfterFree(&input)
        case 29: accessTrap(&input)
        case 30: copyTooFar(&input)
        default: drain(&input)
        }
    }

    // MARK: What is right

    mutating func allocate(_ input: inout Input) {
        let maker = Maker.allCases[input.below(Maker.allCases.count)]
        allocate(maker, input.size(), maker.isAligned ? input.alignment() : 0)
    }

    @discardableResult mutating func allocate(_ maker: Maker, _ byteCount: UInt, _ alignment: UInt = 0) -> Address? {
        guard byteCount <= 64 << 20, books.byteCount < 128 << 20 else { return nil }
        operation += 1
        let address = maker.call(byteCount, alignment)
        Trace.say("[\(thread)] \(maker)(\(byteCount), \(alignment)) = \(address.map(hex) ?? "nil")")
        guard let address else { finding("no memory for \(byteCount)") }
        take(address, maker.requested(byteCount), maker.alignment(alignment), maker.family)
        return address
    }

    /// A block was handed out.
    private mutating func take(_ address: Address, _ byteCount: UInt, _ alignment: UInt, _ family: AllocationFamily) {
        noteReports()
        damages.checkHandingOut(address, address + max(footprint(of: address), byteCount))
        let usable = unsafe UInt(bw_abi_malloc_usable_size(address.pointer))
        books.add(address, byteCount, alignment: alignment, family: family, usable: usable)
        stale.forget(at: address)
    }

    mutating func deallocate(_ input: inout Input) {
        guard books.count != 0 else { return }
        let index = input.below(books.count)
        let enders = Ender.legal(for: books[index])
        deallocate(index, enders[input.below(enders.count)])
    }

    mutating func deallocate(_ index: Int, _ ender: Ender) {
        let block = books[index]
        let isDamaged = damages.isNear(block.address)
        // The seal of a damaged block may tell another size than was asked for.
        let ender = isDamaged ? Ender.legal(for: block)[0] : ender
        end(index) { ender.call(block.address, block.extent, alignment: block.alignment) }
        Trace.say("[\(thread)] \(ender)(\(hex(block.address)), \(block.byteCount))")
        settleDamage(of: block.address, isOwner: wasOwner)
    }

    /// Ends a block by `body`: from then on its pointer is stale.
    mutating func end(_ index: Int, _ body: () -> Void) {
        operation += 1
        let block = books.remove(index)
        if !damages.touches(block) { books.checkContent(block) }
        let page = Allocator.shared.page(covering: block.address)
        wasOwner =
            page?.pointee.kind != .blocks
            || page?.pointee.owner.load(ordering: .relaxed) == fuzz_thread_heap(thread)
        stale.add(
            StaleBlock(
                address: block.address, byteCount: block.byteCount, family: block.family,
                kind: page?.pointee.kind ?? .huge, footprint: footprint(of: block.address), birth: books.nextKey,
                operation: operation))
        body()
    }

    mutating func reallocate(_ input: inout Input) {
        guard books.count != 0 else { return }
        let (index, byteCount) = (input.below(books.count), input.size())
        let old = books[index]
        guard old.family == .malloc || old.family == .aligned, byteCount != 0, byteCount <= 64 << 20 else { return }
        var result: UInt = 0
        end(index) {
            result = unsafe UInt(bitPattern: bw_abi_realloc(old.address.pointer, Int(bitPattern: byteCount)))
        }
        Trace.say("[\(thread)] realloc(\(hex(old.address)), \(byteCount)) = \(hex(Address(result)))")
        guard result != 0 else { finding("no memory for realloc to \(byteCount)") }
        if stale[stale.count - 1].kind == .huge { stale.noteMove() }
        settleDamage(of: old.address, isOwner: wasOwner)
        take(Address(result), byteCount, 0, .malloc)
    }

    mutating func playThread(_ input: inout Input) {
        let choice = input.below(Int(FUZZ_THREAD_COUNT) + 1)
        operation += 1
        guard choice == Int(FUZZ_THREAD_COUNT) else {
            thread = UInt32(choice)
            return fuzz_thread_switch(thread)
        }
        if ending.remove(thread) != nil {
            fuzz_thread_reset(thread)
        } else {
            bw_life_thread_end()
            ending.insert(thread)
        }
        noteReports()
    }

    /// Time, and what is done about free memory.
    mutating func settle(_ input: inout Input) {
        operation += 1
        switch input.below(4) {
        case 0: fuzz_time_passes(UInt64(input.byte()) * 4)
        case 1: bw_api_collect(false)
        case 2: bw_api_collect(true)
        default:
            let count = bw_api_check_heap()
            expect(count == 0 || !damages.isEmpty, "check_heap finds damage where there is none")
        }
        noteReports()
    }
}
