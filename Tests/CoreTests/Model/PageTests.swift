// Pages: layout, and whose block an address is, for every byte of a page of every class.

import Testing

@Suite struct PageTests {
    @Test func descriptorLayout() {
        verify(MemoryLayout<Page>.size <= 128)
        verify(MemoryLayout<Segment>.size <= 1024)
        let page = TestAllocator.zeroed(Page.self)
        // Zero-initialised: no block, no owner that any thread could be.
        verify(page.pointee.number(ofBlockAt: Address(0x7f00_0000_0000)) == nil)
        let block = page.pointee.popBlock(0)
        verify(block == nil && !page.pointee.sharedState.isInUse)
    }

    @Test func setUp() {
        let allocator = TestAllocator.make()
        for sizeClass in SizeClass.all {
            let (page, start) = TestAllocator.page(allocator, sizeClass)
            verify(invariants: Invariants.broken(page))
            let room = sizeClass.sliceCount * Unit.slice - 2 * Arena.guardByteCount
            let count = min(UInt32(room / sizeClass.blockByteCount), Variant.PageStates.largestNumber)
            verify(page.blockCount == count)
            verify(page.pointee.address(of: 1) == start + Arena.guardByteCount)
            verify(page.pointee.sharedState.isInUse && !page.pointee.sharedState.isUnowned)
        }
        verify(invariants: Invariants.broken(allocator))
    }

    /// The answer for one address, worked out by division.
    private func expectedNumber(_ page: Ref<Page>, _ address: Address) -> UInt32? {
        let first = page.pointee.address(of: 1)
        let size = UInt(page.pointee.blockByteCount)
        guard address.bits >= first.bits, address.offset(from: first) % size == 0 else { return nil }
        let number = address.offset(from: first) / size + 1
        return number <= UInt(page.blockCount) ? UInt32(number) : nil
    }

    /// Exact for every byte of the run, guards included. Where state bits tell what is live, numbers that are no
    /// block's may come out of a guard or the room behind the last block, if they are never live.
    private func check(_ page: Ref<Page>, _ address: Address) {
        let number = page.pointee.number(ofBlockAt: address)
        let expected = expectedNumber(page, address)
        if number == expected { return }
        let isNeverLive = expected == nil && number.map { !page.pointee.states.isLive($0) } ?? false
        verify(
            Variant.doubleFreeDetection && isNeverLive,
            "\(page.pointee.blockByteCount)-byte blocks, offset \(address.offset(from: page.pointee.origin))")
    }

    @Test func numbersOfAllAddresses() {
        let allocator = TestAllocator.make()
        for sizeClass in SizeClass.all {
            let (page, start) = TestAllocator.page(allocator, sizeClass)
            page.extend(by: page.blockCount)
            while let block = page.pop() { verify(expectedNumber(page, block) != nil) }
            // Every byte of some classes; of the others every 16th, which is what programs can hit, and neighbours.
            let isExact = [0, 2, 6, 8, 31, 47, 56].contains(sizeClass.index)
            let step: UInt = isExact ? 1 : 16
            for offset in stride(from: UInt(0), to: sizeClass.sliceCount * Unit.slice, by: Int(step)) {
                check(page, start + offset)
            }
            for number in 1...page.blockCount {
                let block = page.pointee.address(of: number)
                verify(page.pointee.number(ofBlockAt: block) == number)
                for distance in [1, 8, 15] as [UInt] {
                    check(page, block + distance)
                    check(page, block - distance)
                }
            }
        }
    }

    /// Blocks that were never made are nobody's.
    @Test func blocksBeyondCapacity() {
        let allocator = TestAllocator.make()
        let (page, _) = TestAllocator.page(allocator, SizeClass(holding: 48))
        page.extend(by: 10)
        for number in UInt32(1)...page.blockCount {
            let found = page.pointee.number(ofBlockAt: page.pointee.address(of: number))
            if number <= 10 {
                verify(found == number)
            } else if Variant.doubleFreeDetection {
                verify(found.map { !page.pointee.states.isLive($0) } ?? true)
            } else {
                verify(found == nil)
            }
        }
    }

    /// Addresses that have nothing to do with the page: the fast path asks about those whose upper bits the page map
    /// cut off, so what comes out must be within the bits that a page keeps.
    @Test func farAddresses() {
        let allocator = TestAllocator.make()
        for sizeClass in SizeClass.all {
            let (page, _) = TestAllocator.page(allocator, sizeClass)
            page.extend(by: 1)
            let block = page.pointee.address(of: 1)
            for upper in UInt(1)..<64 {
                for shift in [47, 48, 56] as [UInt] {
                    let far = Address(block.bits ^ (upper << shift))
                    guard far != block, let number = page.pointee.number(ofBlockAt: far) else { continue }
                    verify(
                        number <= page.blockCount,
                        "block \(number) of a page of \(sizeClass.blockByteCount)-byte blocks at +\(upper)·2^\(shift)"
                    )
                }
            }
        }
    }
}
