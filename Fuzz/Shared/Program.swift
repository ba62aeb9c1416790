// The program's side: all the ways to get a block and to end one, by the exported functions.

import CBulwark
import Glibc

/// How a block is asked for.
enum Maker: Int, CaseIterable {
    case malloc, calloc, reallocNull, posixMemalign, alignedAlloc, memalign, valloc, pvalloc
    case new, newArray, newAligned, newArrayAligned

    var isAligned: Bool {
        switch self {
        case .posixMemalign, .alignedAlloc, .memalign, .newAligned, .newArrayAligned: true
        default: false
        }
    }
    var family: AllocationFamily {
        switch self {
        case .malloc, .calloc, .reallocNull: .malloc
        case .posixMemalign, .alignedAlloc, .memalign, .valloc, .pvalloc: .aligned
        case .new, .newAligned: .new
        case .newArray, .newArrayAligned: .newArray
        }
    }

    /// What the block is aligned to, as its books have it; 0 if nothing was asked for.
    func alignment(_ alignment: UInt) -> UInt {
        switch self {
        case .valloc, .pvalloc: Unit.osPage
        // Its least is a pointer's size.
        case .posixMemalign: max(alignment, 8)
        default: isAligned ? alignment : 0
        }
    }
    /// What it counts as requested.
    func requested(_ byteCount: UInt) -> UInt {
        guard self == .pvalloc, byteCount <= Unit.largestRequest else { return byteCount }
        return max(byteCount, 1).aligned(up: Unit.osPage)
    }

    /// - Returns: nil if there is no block to be had.
    func call(_ byteCount: UInt, _ alignment: UInt) -> Address? {
        let alignment = Int(bitPattern: self.alignment(alignment))
        let count = Int(bitPattern: byteCount)
        let block: UInt
        switch self {
        case .malloc: block = bw_abi_malloc(count)
        case .calloc: block = UInt(bitPattern: unsafe bw_abi_calloc(1, count))
        case .reallocNull: block = UInt(bitPattern: unsafe bw_abi_realloc(nil, count))
        case .posixMemalign:
            var result: UnsafeMutableRawPointer?
            let error = unsafe bw_abi_posix_memalign(&result, alignment, count)
            expect(error == 0 || error == ENOMEM, "posix_memalign returned \(error)")
            block = UInt(bitPattern: result)
        case .alignedAlloc: block = UInt(bitPattern: unsafe bw_abi_aligned_alloc(alignment, count))
        case .memalign: block = UInt(bitPattern: unsafe bw_abi_memalign(alignment, count))
        case .valloc: block = UInt(bitPattern: unsafe bw_abi_valloc(count))
        case .pvalloc: block = UInt(bitPattern: unsafe bw_abi_pvalloc(count))
        // As operators.c: the real ones are libFuzzer's own.
        case .new, .newArray: block = note(bw_abi_malloc(count), 0)
        case .newAligned, .newArrayAligned:
            block = note(UInt(bitPattern: unsafe bw_abi_aligned_alloc(alignment, count)), alignment)
        }
        return block == 0 ? nil : Address(block)
    }

    private func note(_ block: UInt, _ alignment: Int) -> UInt {
        if Ender.areFamiliesNoted, block != 0 {
            let number = family == .new ? BW_FAMILY_NEW : BW_FAMILY_NEW_ARRAY
            unsafe bw_note_family(Address(block).pointer, UInt32(number), alignment)
        }
        return block
    }
}

/// How a block is ended.
enum Ender: Int, CaseIterable {
    case free, freeSized, freeAlignedSized, reallocZero, delete, deleteSized, deleteArray, deleteArraySized

    /// Those that fit a block.
    static func legal(for block: ShadowBlock) -> [Ender] {
        switch block.family {
        case .malloc, .unknown: [.free, .freeSized, .reallocZero]
        case .aligned: [.free, .freeAlignedSized, .reallocZero]
        case .new: [.delete, .deleteSized]
        case .newArray: [.deleteArray, .deleteArraySized]
        }
    }

    /// - Parameters:
    ///   - claimed: the size that the sized forms are given.
    ///   - site: what they are called from.
    func call(_ address: Address, _ claimed: UInt, alignment: UInt = 0, site: UInt = 0x1000) {
        let pointer = unsafe address.bits == 0 ? nil : address.pointer
        let (count, alignment) = (Int(bitPattern: claimed), Int(bitPattern: alignment))
        switch self {
        case .free: unsafe bw_abi_free(pointer)
        case .freeSized:
            unsafe check(pointer, BW_FREE_SIZED, 0, site)
            unsafe bw_free_checked(pointer, count, site)
        case .freeAlignedSized:
            unsafe check(pointer, BW_FREE_ALIGNED_SIZED, alignment, site)
            unsafe bw_free_checked(pointer, count, site)
        case .reallocZero: unsafe _ = bw_abi_realloc(pointer, 0)
        case .delete, .deleteArray:
            unsafe check(pointer, self == .delete ? BW_DELETE : BW_DELETE_ARRAY, alignment, site)
            unsafe bw_abi_free(pointer)
        case .deleteSized, .deleteArraySized:
            unsafe check(pointer, self == .deleteSized ? BW_DELETE : BW_DELETE_ARRAY, alignment, site)
            unsafe bw_free_checked(pointer, count, site)
        }
    }

    /// The operators new and delete say which they are: bw_notes_families.
    static var areFamiliesNoted: Bool { Variant.familyChecks && Recording.isOn }

    /// As sized.c and operators.c.
    private func check(_ pointer: UnsafeMutableRawPointer?, _ number: Int, _ alignment: Int, _ site: UInt) {
        guard Self.areFamiliesNoted, let pointer = unsafe pointer else { return }
        unsafe bw_check_family(pointer, UInt32(number), alignment, site)
    }
}
