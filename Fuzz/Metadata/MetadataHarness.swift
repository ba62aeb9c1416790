// Harness (c): an attacker who writes what he likes to every byte that he can reach from a block, and frees what he likes. Nothing
// but a report, a fault or harmlessness may follow: never a block that overlaps another one, lies outside the allocator's memory or
// in its metadata, never a change of a block that he did not write to, never a crash of our own.

import CBulwark
import CFuzz
import Glibc

struct MetadataHarness {
    var books = ShadowBlocks()
    /// Blocks that were freed.
    var stale: [Address] = []
    /// What the attacker wrote to, with the key of the next block then.
    var writes: [(start: UInt, end: UInt, birth: UInt64)] = []
    /// Words that he read.
    var leaked: [UInt64] = [0, 1, .max, 0x4141_4141_4141_4141]
    var thread: UInt32 = 0

    static let mostOperations = 300

    static func run(_ input: inout Input) {
        var harness = MetadataHarness()
        var count = 0
        while !input.isAtEnd, count < mostOperations {
            harness.step(&input)
            ReportReader.reset()
            count += 1
        }
        harness.finish()
    }

    private mutating func step(_ input: inout Input) {
        switch input.below(16) {
        case 0..<3: allocate(input.size(), input.byte() & 7)
        case 3: allocateMany(&input)
        case 4, 5: deallocate(&input)
        case 6: deallocateMany(&input)
        case 7: reallocate(&input)
        case 8: playThread(&input)
        case 9: collect(&input)
        case 10: freeStale(&input)
        case 11: leak(&input)
        case 12, 13: writeBytes(&input)
        default: writeWords(&input)
        }
    }

    mutating func allocate(_ byteCount: UInt, _ kind: UInt8 = 7) {
        guard byteCount <= 32 << 20, books.byteCount < 64 << 20 else { return }
        let maker: Maker = kind == 0 ? .calloc : kind == 1 ? .alignedAlloc : .malloc
        let alignment: UInt = kind == 1 ? 64 : 0
        let address = maker.call(byteCount, alignment)
        Trace.say("[\(thread)] \(maker)(\(byteCount)) = \(address.map(hex) ?? "nil")")
        guard let address else { finding("no memory for \(byteCount)") }
        take(address, byteCount, alignment)
    }

    /// A block was handed out: it must be one.
    private mutating func take(_ address: Address, _ byteCount: UInt, _ alignment: UInt) {
        let last = address + (max(byteCount, 1) - 1)
        for at in [address, last] {
            expect(
                fuzz_is_mapped_by_core(at.bits), "a wild pointer is handed out: \(hex(address)), \(byteCount) bytes")
            expect(bw_metadata_end(at.bits) == 0, "metadata is handed out: \(hex(address)), \(byteCount) bytes")
        }
        if byteCount != 0 {
            expect(
                fuzz_store(address.bits, 0) && fuzz_store(last.bits, 0),
                "what is handed out cannot be written: \(hex(address)), \(byteCount) bytes")
        }
        // Overlaps and alignment are the books' to find.
        books.add(
            address, byteCount, alignment: alignment, usable: unsafe UInt(bw_abi_malloc_usable_size(address.pointer)))
        stale.removeAll { $0 == address }
    }

    mutating func allocateMany(_ input: inout Input) {
        let (count, byteCount) = (input.below(48), input.size())
        guard byteCount <= 64 << 10, books.count < 800 else { return }
        for _ in 0..<count { allocate(byteCount) }
    }

    private mutating func deallocate(_ input: inout Input) {
        guard books.count != 0 else { return }
        deallocate(input.below(books.count))
    }

    mutating func deallocate(_ index: Int) {
        let block = remove(index)
        Trace.say("[\(thread)] free(\(hex(block.address)), \(block.byteCount))")
        unsafe bw_abi_free(block.address.pointer)
    }

    /// Takes a block out of the books; what nobody wrote to must be as it was.
    private mutating func remove(_ index: Int) -> ShadowBlock {
        let block = books.remove(index)
        checkContent(block)
        if stale.count == 64 { stale.removeFirst() }
        stale.append(block.address)
        return block
    }

    private func checkContent(_ block: ShadowBlock) {
        let (start, end) = (block.address.bits, block.end.bits)
        let isWritten = writes.contains { $0.start < end && start < $0.end && block.key < $0.birth }
        if !isWritten { books.checkContent(block) }
    }

    mutating func deallocateMany(_ input: inout Input) {
        guard books.count != 0 else { return }
        var (index, count) = (input.below(books.count), input.below(64))
        let step = input.below(4)
        while count > 0, index < books.count {
            deallocate(index)
            index += step
            count -= 1
        }
    }

    private mutating func reallocate(_ input: inout Input) {
        guard books.count != 0 else { return }
        let (index, byteCount) = (input.below(books.count), input.size())
        guard byteCount != 0, byteCount <= 32 << 20 else { return }
        let old = remove(index)
        let result = unsafe UInt(bitPattern: bw_abi_realloc(old.address.pointer, Int(bitPattern: byteCount)))
        Trace.say("[\(thread)] realloc(\(hex(old.address)), \(byteCount)) = \(hex(Address(result)))")
        guard result != 0 else { finding("no memory for realloc to \(byteCount)") }
        take(Address(result), byteCount, 0)
    }

    private mutating func playThread(_ input: inout Input) {
        let choice = input.below(Int(FUZZ_THREAD_COUNT) + 1)
        if choice == Int(FUZZ_THREAD_COUNT) {
            bw_life_thread_end()
            return fuzz_thread_reset(thread)
        }
        thread = UInt32(choice)
        fuzz_thread_switch(thread)
    }

    private func collect(_ input: inout Input) {
        fuzz_time_passes(UInt64(input.byte()))
        switch input.below(3) {
        case 0: bw_api_collect(false)
        case 1: bw_api_collect(true)
        default: _ = bw_api_check_heap()
        }
    }

    private func freeStale(_ input: inout Input) {
        guard Variant.doubleFreeDetection, !stale.isEmpty else { return }
        let address =
            stale[stale.count - 1 - input.below(stale.count)] + UInt(input.below(4) == 0 ? input.below(64) : 0)
        guard books.index(at: address) == nil else { return }
        Trace.say("[\(thread)] free, again, of \(hex(address))")
        unsafe bw_abi_free(address.pointer)
    }

    private mutating func finish() {
        for block in books.blocks { checkContent(block) }
        while books.count != 0 { deallocate(books.count - 1) }
        for thread in 0..<UInt32(FUZZ_THREAD_COUNT) {
            fuzz_thread_switch(thread)
            bw_life_thread_end()
        }
        bw_api_collect(true)
    }
}
