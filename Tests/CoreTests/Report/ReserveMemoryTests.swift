// The reserve: aligned, zeroed, never the same twice, and finite. Each test in a process of its own: there is one reserve.

import CBulwark
import Testing

@Suite struct ReserveMemoryTests {
    @Test func blocksDoNotOverlap() async {
        await #expect(processExitsWith: .success) {
            var end: UInt = 0
            for byteCount: UInt in [0, 1, 15, 16, 17, 1000, 4096] {
                let block = try require(ReserveMemory.allocate(byteCount, alignment: 1))
                precondition(block.isAligned(to: 16) && block.bits >= end && ReserveMemory.contains(block))
                precondition(ReserveMemory.byteCount(of: block) == byteCount)
                for offset in 0..<byteCount {
                    precondition(unsafe (block + offset).pointer.load(as: UInt8.self) == 0)
                }
                end = block.bits + byteCount
            }
        }
    }

    @Test func itEnds() async {
        await #expect(processExitsWith: .success) {
            var total: UInt = 0
            while let block = ReserveMemory.allocate(1000, alignment: 16) {
                precondition(ReserveMemory.contains(block + 999))
                total += 1000
            }
            precondition(total > UInt(BW_RESERVE_BYTES) * 9 / 10 && total <= UInt(BW_RESERVE_BYTES))
            precondition(ReserveMemory.allocate(.max, alignment: 1) == nil)
            precondition(ReserveMemory.allocate(UInt(BW_RESERVE_BYTES), alignment: 1) == nil)
        }
    }

    @Test func largeAlignmentsAreRefused() { verify(ReserveMemory.allocate(8, alignment: 32) == nil) }

    @Test func otherAddressesAreNotItsOwn() {
        for address in [0, UInt.max, ReserveMemory.shared.address.bits - 1] {
            verify(!ReserveMemory.contains(Address(address)))
        }
    }
}
