// Pointers that are no live block's start, passed to whatever takes one.

import CBulwark
import CFuzz
import Glibc

/// What a pointer is passed to.
private enum Use: Int, CaseIterable {
    case free, realloc, usableSize

    /// - Returns: false if the call did something with what is no block.
    func call(_ address: Address, _ ender: Ender) -> Bool {
        switch self {
        case .free: ender.call(address, 24)
        case .realloc: return unsafe bw_abi_realloc(address.pointer, 100) == nil
        case .usableSize: return unsafe bw_abi_malloc_usable_size(address.pointer) == 0
        }
        return true
    }

    var invalid: Violation {
        switch self {
        case .free: .invalidFree
        case .realloc: .invalidReallocation
        case .usableSize: .invalidUsableSize
        }
    }
    var freed: Violation {
        switch self {
        case .free: .doubleFree
        case .realloc: .reallocationOfFreed
        case .usableSize: .invalidUsableSize
        }
    }
}

extension MisuseHarness {
    /// How a program frees: by one function or another; what they are told plays no part where there is no block.
    private func ender(_ input: inout Input) -> Ender {
        [.free, .freeSized, .freeAlignedSized, .delete, .deleteArraySized][input.below(5)]
    }

    mutating func freeStale(_ input: inout Input) { passStale(.free, &input) }
    mutating func useStale(_ input: inout Input) {
        passStale([.realloc, .usableSize][input.below(2)], &input)
    }

    private mutating func passStale(_ use: Use, _ input: inout Input) {
        guard Variant.doubleFreeDetection, stale.count != 0 else { return }
        // The last one first: most errors are of that kind.
        let block = stale[stale.count - 1 - input.below(stale.count)]
        let ender = ender(&input)
        guard books.index(at: block.address) == nil else { return }
        expect(use.call(block.address, ender), "\(use) of what was freed did something")
        var kinds = [use.freed]
        if books.index(covering: block.address) != nil {
            kinds = [use.invalid]
        } else if !isSure(block) {
            // Its page may be another one's by now.
            kinds.append(use.invalid)
        }
        expectReport(kinds, at: block.address, "\(use), again, by \(ender)")
    }

    /// True if the core must still know what a stale pointer was: nothing has happened since, or a block of its page that is older
    /// than its free is still in use.
    func isSure(_ block: StaleBlock) -> Bool {
        if block.operation == operation { return !block.wasMoved }
        guard block.kind == .blocks, let page = Allocator.shared.page(covering: block.address) else { return false }
        return books.blocks.contains {
            $0.key < block.birth && Allocator.shared.page(covering: $0.address) == page
        }
    }

    /// Into a live block.
    mutating func passInterior(_ input: inout Input) {
        guard books.count != 0 else { return }
        let block = books[input.below(books.count)]
        let isTrap = Variant.zeroSizeTraps && block.extent == 0
        let room = isTrap ? Unit.block : block.extent
        guard room > 1 else { return }
        // In release aligned ones alone are promised: misaligned ones may be.
        let offset = 1 + input.word32() % (room - 1)
        let use = Use.allCases[input.below(3)]
        let ender = ender(&input)
        let address = block.address + offset
        expect(use.call(address, ender), "\(use) of a pointer into a block did something")
        expectReport(
            Variant.reportsMisuse ? [use.invalid] : [], at: address, "\(use) of an interior pointer, by \(ender)")
    }

    /// To nothing of ours.
    mutating func passForeign(_ input: inout Input) {
        let use = Use.allCases[input.below(3)]
        let ender = ender(&input)
        guard let address = foreign(&input) else { return }
        expect(use.call(address, ender), "\(use) of a foreign pointer did something")
        expectReport(
            Variant.reportForeignPointers ? [use.invalid] : [], at: address,
            "\(use) of a foreign pointer, by \(ender)")
    }

    /// Memory of the program's other allocator, libc's.
    private static let ofLibc = UInt(bitPattern: UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096))

    private func foreign(_ input: inout Input) -> Address? {
        let offset = input.word16()
        switch input.below(10) {
        case 0: return Address(bw_frame_address() &- offset % 1024)
        case 1: return Address(Self.ofLibc + offset % 4096)
        case 2: return Address(bw_image_start() &+ offset)
        case 3: return Address(1 + offset)
        case 4: return Address(0x4141_4141_0000_0000 + offset)
        case 5: return Address(0xffff_ffff_8000_0000 + offset)
        case 6: return unsafe Address(bw_allocator()) + offset % UInt(BW_ALLOCATOR_BYTES)
        case 7: return fuzz_thread_heap(thread) == 0 ? nil : Address(fuzz_thread_heap(thread) + offset % 1024)
        case 8: return Address(0x7000_0000_0000 + offset << 12)
        default:
            // A block's address, but for a bit that no address has, or one of another place.
            guard books.count != 0 else { return nil }
            return Address(books[input.below(books.count)].address.bits ^ (1 << (47 + offset % 17)))
        }
    }

    /// Anywhere in the memory around a block: blocks that are free or never were, guards, what lies between.
    mutating func passWild(_ input: inout Input) {
        guard Variant.doubleFreeDetection, books.count != 0 else { return }
        let block = books[input.below(books.count)]
        let address = block.address.aligned(down: Unit.slice) + input.word16()
        guard books.index(at: address) == nil, Allocator.shared.page(covering: address) != nil else { return }
        let use = Use.allCases[input.below(3)]
        let ender = ender(&input)
        expect(use.call(address, ender), "\(use) of a wild pointer did something")
        let isInside = books.index(covering: address) != nil
        expectReport(
            isInside ? [use.invalid] : [use.invalid, use.freed], at: address, "\(use) of a wild pointer, by \(ender)")
    }
}
