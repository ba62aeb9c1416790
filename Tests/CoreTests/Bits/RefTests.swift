// References to descriptors, and tables of them.

import Testing

@Suite struct RefTests {
    @Test func reachesItsTarget() {
        let a = TestAllocator.zeroed(SliceSet.self)
        let b = TestAllocator.zeroed(SliceSet.self)
        a.pointee.insert(3..<7)
        verify(a.pointee.count == 4)
        verify(b.pointee.isEmpty)
        verify(a == a && a != b)
        let again = unsafe Ref<SliceSet>(at: a.address)
        verify(again == a)
        again.initialize(to: SliceSet())
        verify(a.pointee.isEmpty)
    }

    @Test func tables() throws {
        let memory = try require(VirtualMemory.map(byteCount: 4096, writable: true))
        let table = unsafe Table<UInt32>(at: memory)
        for i in UInt(0)..<1024 { unsafe table[unchecked: i] = UInt32(i) * 3 }
        for i in UInt(0)..<1024 {
            let value = unsafe table[unchecked: i]
            let reference = unsafe table.reference(unchecked: i)
            verify(value == UInt32(i) * 3 && reference.pointee == value)
            verify(reference.address == memory + i * 4)
        }
        verify(table.address == memory)
    }
}
