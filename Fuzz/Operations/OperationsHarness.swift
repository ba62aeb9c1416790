// Harness (a): a program without errors, by several threads, against books of what it was given. Whatever the allocator reports is
// a false alarm; what it hands out must be what was asked for, and stay as it was written.

import CBulwark
import CFuzz
import Glibc

/// The state of one input. An operation is a byte, modulo the number of operations; what it needs follows.
struct OperationsHarness {
    var books = ShadowBlocks()
    /// The thread that plays, and those that have run their thread-specific data's destructors.
    var thread: UInt32 = 0
    var ending: Set<UInt32> = []
    /// The kernel refused something: some totals may differ from now on.
    var hasFailures: Bool { fuzz_kernel_failures() != 0 }
    /// Other threads vanished in a fork: what they had stays where it is.
    var hasVanished = false

    /// More than so much is not asked for at a time.
    static let mostByteCount: UInt = 256 << 20
    static let mostOperations = 400

    static func run(_ input: inout Input) {
        var harness = OperationsHarness()
        var count = 0
        while !input.isAtEnd, count < mostOperations {
            harness.step(&input)
            harness.expectSilence()
            count += 1
        }
        fuzz_kernel_fails(0, 0)
        harness.checkAll(probesGuards: false)
        harness.finish()
    }

    private mutating func step(_ input: inout Input) {
        switch input.below(32) {
        case 0..<8: allocate(&input)
        case 8..<14: deallocate(&input)
        case 14..<17: reallocate(&input)
        case 17, 18: allocateMany(&input)
        case 19, 20: deallocateMany(&input)
        case 21, 22: switchThread(&input)
        case 23: copy(&input)
        case 24: ask(&input)
        case 25: passTime(&input)
        case 26: endThread()
        case 27: fork(isChild: input.byte() & 1 != 0)
        case 28: failKernel(&input)
        case 29: collect(&input)
        case 30: refuse(&input)
        default: checkAll(probesGuards: input.byte() & 7 == 7)
        }
    }

    func expectSilence() {
        if let report = ReportReader.read().first { finding("a false alarm: \(report)") }
    }

    mutating func allocate(_ input: inout Input) {
        let maker = Maker.allCases[input.below(Maker.allCases.count)]
        let byteCount = input.size()
        allocate(maker, byteCount, maker.isAligned ? input.alignment() : 0)
    }

    /// - Returns: false if there was no block.
    @discardableResult mutating func allocate(_ maker: Maker, _ byteCount: UInt, _ alignment: UInt = 0) -> Bool {
        let isReal = byteCount <= 1 << 40
        guard !isReal || books.byteCount + byteCount <= Self.mostByteCount else { return false }
        let failures = fuzz_kernel_failures()
        errno = 0
        let address = maker.call(byteCount, alignment)
        Trace.say("[\(thread)] \(maker)(\(byteCount), \(alignment)) = \(address.map(hex) ?? "nil")")
        guard let address else {
            expect(!isReal || fuzz_kernel_failures() != failures, "no memory for \(byteCount) by \(maker)")
            expect(maker == .posixMemalign || errno == ENOMEM, "\(maker) failed with errno \(errno)")
            return false
        }
        let requested = maker.requested(byteCount)
        expect(isReal, "\(byteCount) bytes were had from \(maker)")
        expect(unsafe bw_api_owns(address.pointer), "\(hex(address)) is not ours")
        if maker == .calloc { expect(isFilled(address, requested, with: 0), "calloc(\(byteCount)) is not zero") }
        checkFresh(address, requested, maker)
        let usable = unsafe UInt(bw_abi_malloc_usable_size(address.pointer))
        books.add(
            address, requested, alignment: maker.alignment(alignment), family: maker.family, usable: usable)
        return true
    }

    /// What a block must hold before anybody wrote to it: debug's pattern; or, where what is freed is zeroed, nothing.
    private func checkFresh(_ address: Address, _ byteCount: UInt, _ maker: Maker) {
        guard maker != .calloc else { return }
        if Variant.fillPatterns {
            expect(isFilled(address, min(byteCount, 4096), with: 0xCA), "\(maker)(\(byteCount)) is not filled")
        } else if Variant.zeroOnFree, let kind = Allocator.shared.page(covering: address)?.pointee.kind,
            kind == .blocks || kind == .sampled
        {
            // (Large blocks wait unreadable instead, and are not zeroed: Core.docc/Zeroing.)
            expect(isFilled(address, byteCount, with: 0), "\(maker)(\(byteCount)) holds what somebody left")
        }
    }

    mutating func deallocate(_ input: inout Input) {
        guard books.count != 0 else { return }
        let index = input.below(books.count)
        let enders = Ender.legal(for: books[index])
        deallocate(index, enders[input.below(enders.count)])
    }

    mutating func deallocate(_ index: Int, _ ender: Ender) {
        let block = books.remove(index)
        books.checkContent(block)
        Trace.say("[\(thread)] \(ender)(\(hex(block.address)), \(block.byteCount))")
        // In release the sized forms look at nothing; elsewhere the size is the one that was asked for.
        let claimed =
            Variant.paddingCanaries ? unsafe UInt(bw_abi_malloc_usable_size(block.address.pointer)) : block.byteCount
        errno = 77
        ender.call(block.address, claimed, alignment: block.alignment)
        expect(errno == 77, "\(ender) changed errno")
    }

    mutating func reallocate(_ input: inout Input) {
        guard books.count != 0 else { return }
        let index = input.below(books.count)
        let byteCount = input.size()
        let isReal = byteCount <= 1 << 40
        let (family, old) = (books[index].family, books[index])
        guard family == .malloc || family == .aligned, byteCount != 0,
            !isReal || books.byteCount + byteCount <= Self.mostByteCount
        else { return }
        let failures = fuzz_kernel_failures()
        let isArray = input.byte() & 1 != 0
        let address = unsafe Address(
            UInt(
                bitPattern: isArray
                    ? bw_abi_reallocarray(old.address.pointer, 1, Int(bitPattern: byteCount))
                    : bw_abi_realloc(old.address.pointer, Int(bitPattern: byteCount))))
        Trace.say("[\(thread)] realloc(\(hex(old.address)), \(old.byteCount) -> \(byteCount)) = \(hex(address))")
        guard address.bits != 0 else {
            expect(!isReal || fuzz_kernel_failures() != failures, "no memory for realloc to \(byteCount)")
            return books.checkContent(old)
        }
        expect(isReal, "\(byteCount) bytes were had from realloc")
        let kept = ShadowBlock(
            address: address, byteCount: old.byteCount, extent: old.extent, alignment: 0, family: .malloc,
            key: old.key)
        if let offset = kept.firstChange(below: min(old.extent, byteCount)) {
            finding("realloc from \(old.byteCount) to \(byteCount) lost byte \(offset)")
        }
        books.remove(index)
        books.add(address, byteCount, usable: unsafe UInt(bw_abi_malloc_usable_size(address.pointer)))
    }
}
