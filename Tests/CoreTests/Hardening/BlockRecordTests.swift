import Testing

@Suite struct BlockRecordTests {
    /// Zeroed memory for one.
    private func withRecord(_ body: (Ref<BlockRecord>) -> Void) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(BlockRecord.stride), alignment: 16)
        defer { unsafe memory.deallocate() }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(BlockRecord.stride))
        body(unsafe Ref(at: Address(memory)))
    }

    @Test func size() { verify(MemoryLayout<BlockRecord>.size == Int(BlockRecord.stride)) }

    @Test func emptyAtFirst() {
        withRecord { record in
            verify(record.pointee.history(start: Address(64), byteCount: 8) == nil)
            verify(record.pointee.origin == .unknown && record.pointee.allocationStack == 0)
            verify(record.pointee.mark == .none)
        }
    }

    /// The largest id that Linux gives, beside all bits of an origin.
    @Test func threadAndOriginShareAWord() {
        let thread: UInt32 = 4_194_303
        let origin = AllocationOrigin(.newArray, alignment: 1 << 62)
        withRecord { record in
            record.pointee.noteAllocation(5, thread: thread, origin, byteCount: 33)
            verify(record.pointee.origin == origin && record.pointee.allocationStack == 5)
            verify(record.pointee.byteCount == 33)
            let history = record.pointee.history(start: Address(64), byteCount: 8)
            verify(history?.allocatingThread == thread && history?.freeingThread == 0)
            record.pointee.origin = .unknown
            verify(record.pointee.history(start: Address(64), byteCount: 8)?.allocatingThread == thread)
        }
    }

    @Test func freesAreForgottenWithTheNextAllocation() {
        withRecord { record in
            record.pointee.noteAllocation(5, thread: 1, AllocationOrigin(.malloc), byteCount: 8)
            record.pointee.noteDeallocation(6, thread: 2)
            verify(record.pointee.history(start: Address(64), byteCount: 8)?.freeingThread == 2)
            record.pointee.forgetDeallocation()
            verify(record.pointee.history(start: Address(64), byteCount: 8)?.freeingThread == 0)
            record.pointee.noteDeallocation(6, thread: 2)
            record.pointee.noteAllocation(7, thread: 3, AllocationOrigin(.new), byteCount: 8)
            let history = record.pointee.history(start: Address(64), byteCount: 8)
            verify(history?.freeingThread == 0 && history?.allocatingThread == 3)
        }
    }

    @Test func marks() {
        withRecord { record in
            record.pointee.noteAllocation(5, thread: 1, AllocationOrigin(.malloc), byteCount: 8)
            verify(record.pointee.mark == .none)
            for mark in [BlockRecord.Mark.unreached, .reached, .indirect] {
                record.pointee.setMark(mark)
                verify(record.pointee.mark == mark && record.pointee.byteCount == 8)
            }
            verify(record.pointee.allocationStack == 5)
            record.pointee.noteAllocation(5, thread: 1, AllocationOrigin(.malloc), byteCount: 9)
            verify(record.pointee.mark == .none && record.pointee.byteCount == 9)
        }
    }
}
