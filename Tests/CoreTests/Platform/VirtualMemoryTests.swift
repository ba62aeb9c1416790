// System calls on memory: what they promise the arena.

import Testing

@Suite struct VirtualMemoryTests {
    @Test func mapsZeroedMemory() throws {
        let memory = try require(VirtualMemory.map(byteCount: 1 << 16, writable: true))
        verify(MemoryProbe.isZero(memory, byteCount: 1 << 16))
        VirtualMemory.unmap(memory, byteCount: 1 << 16)
        verify(!MemoryProbe.isReadable(memory))
    }

    /// As a write does, and changes nothing.
    @Test func touchedMemoryIsThere() throws {
        let memory = try require(VirtualMemory.map(byteCount: 1 << 16, writable: true))
        verify(MemoryProbe.residentCount(memory, byteCount: 1 << 16) == 0)
        unsafe (memory + 4096 + 8).touch()
        verify(MemoryProbe.residentCount(memory, byteCount: 1 << 16) == 1)
        (memory + 8).byte = 0xA5
        unsafe (memory + 8).touch()
        verify((memory + 8).byte == 0xA5)
        VirtualMemory.unmap(memory, byteCount: 1 << 16)
    }

    @Test func reservesAndCommits() throws {
        let memory = try require(VirtualMemory.map(byteCount: 1 << 16, writable: false))
        verify(!MemoryProbe.isReadable(memory))
        let first = VirtualMemory.protect(memory, byteCount: 4096, writable: true)
        verify(first && MemoryProbe.isWritable(memory) && !MemoryProbe.isReadable(memory + 4096))
        let second = VirtualMemory.protect(memory, byteCount: 4096, writable: false)
        verify(second && !MemoryProbe.isReadable(memory))
        verify(VirtualMemory.protect(memory, byteCount: 0, writable: true))
        VirtualMemory.unmap(memory, byteCount: 1 << 16)
    }

    @Test func aligned() throws {
        for shift in UInt(12)...28 {
            let alignment: UInt = 1 << shift
            let memory = try require(VirtualMemory.map(byteCount: 12288, alignment: alignment, writable: true))
            verify(memory.isAligned(to: alignment))
            verify(MemoryProbe.isWritable(memory) && MemoryProbe.isWritable(memory + 12287))
            VirtualMemory.unmap(memory, byteCount: 12288)
        }
    }

    @Test func failureIsNil() {
        verify(VirtualMemory.map(byteCount: UInt(Int.max) - 4095, writable: true) == nil)
        verify(VirtualMemory.map(byteCount: UInt(Int.max) - 4095, alignment: 1 << 25, writable: false) == nil)
        verify(VirtualMemory.map(byteCount: 4096, alignment: 1 << 62, writable: false) == nil)
    }

    @Test func purgedMemoryIsZero() throws {
        let memory = try require(VirtualMemory.map(byteCount: 8192, writable: true))
        unsafe memory.storeWord(1)
        unsafe (memory + 4096).storeWord(2)
        verify(MemoryProbe.residentCount(memory, byteCount: 8192) == 2)
        let didPurge = VirtualMemory.purge(memory, byteCount: 8192)
        verify(didPurge && MemoryProbe.residentCount(memory, byteCount: 8192) == 0)
        verify(MemoryProbe.isZero(memory, byteCount: 8192))
        VirtualMemory.unmap(memory, byteCount: 8192)
    }

    @Test func movesPages() throws {
        let memory = try require(VirtualMemory.map(byteCount: 8192, writable: true))
        let target = try require(VirtualMemory.map(byteCount: 16384, writable: false))
        unsafe (memory + 4096).storeWord(42)
        let didMove = VirtualMemory.move(memory, byteCount: 8192, to: target, newByteCount: 12288)
        verify(didMove)
        let word = unsafe (target + 4096).loadWord()
        verify(word == 42 && MemoryProbe.isWritable(target + 12287) && !MemoryProbe.isReadable(target + 12288))
        verify(!MemoryProbe.isReadable(memory))
        VirtualMemory.unmap(target, byteCount: 16384)
    }

    @Test func clockNeverGoesBack() {
        let first = Moment.now.milliseconds
        for _ in 0..<1000 { verify(Moment.now.milliseconds >= first) }
    }

    @Test func threadsHaveDifferentIds() {
        let first = CurrentThread.id
        verify(first == CurrentThread.id)
        runThreads(1) { _ in verify(CurrentThread.id != first) }
    }
}
