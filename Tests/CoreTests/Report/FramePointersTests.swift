// The chain of frame pointers over frames made by hand: ends where it must, never faults.

import CBulwark
import Testing

@Suite struct FramePointersTests {
    /// Makes a stack of frames, (link, return address) each, and returns the walk's return addresses.
    private func walk(_ frames: [(link: Int?, instruction: UInt)], spacing: Int = 4) -> [UInt] {
        var words = [UInt](repeating: 0, count: frames.count * spacing + 2)
        return unsafe words.withUnsafeMutableBufferPointer { words in
            let base = UInt(bitPattern: words.baseAddress)
            for (index, frame) in frames.enumerated() {
                let link = frame.link.map { base &+ UInt(bitPattern: $0 * spacing * 8) } ?? 0
                unsafe words[index * spacing] = link
                unsafe words[index * spacing + 1] = frame.instruction
            }
            var found: [UInt] = []
            var reader = ReadablePages()
            var walker = FramePointers(frame: Address(base))
            while found.count < 100, walker.step(&reader) { found.append(walker.instruction.bits) }
            return found
        }
    }

    @Test func followsTheChain() {
        verify(walk([(1, 0x10000), (2, 0x20000), (nil, 0x30000)]) == [0x10000, 0x20000, 0x30000])
    }

    @Test func aCycleEnds() { verify(walk([(1, 0x10000), (0, 0x20000)]) == [0x10000, 0x20000]) }

    @Test func aFrameThatLinksToItselfEnds() { verify(walk([(0, 0x10000)]) == [0x10000]) }

    /// Frames lie at multiples of 8: what a function without a frame pointer keeps in its register may be any number, and readable.
    @Test func aFrameBetweenWordsEnds() throws {
        let memory = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        unsafe (memory + 16).storeWord(UInt64((memory + 65).bits))
        unsafe (memory + 24).storeWord(0x10000)
        // Read askew, it would be a frame.
        unsafe UnsafeMutableRawPointer(bitPattern: memory.bits + 73)?.storeBytes(of: UInt(0x20000), as: UInt.self)
        var reader = ReadablePages()
        var walker = FramePointers(frame: memory + 16)
        verify(walker.step(&reader) && walker.instruction.bits == 0x10000)
        verify(!walker.step(&reader))
        VirtualMemory.unmap(memory, byteCount: Unit.osPage)
    }

    @Test func anImpossibleReturnAddressEnds() {
        verify(walk([(1, 0x10000), (2, 0), (nil, 0x30000)]) == [0x10000])
        verify(walk([(1, 0x10000), (2, 1 << 47), (nil, 0x30000)]) == [0x10000])
    }

    @Test(arguments: [0, 1, 8, 0x1000, 1 << 47, UInt.max & ~7, 1 << 63])
    func anyFrameAddressIsSafe(_ frame: UInt) {
        var reader = ReadablePages()
        var walker = FramePointers(frame: Address(frame))
        verify(!walker.step(&reader))
    }

    /// The second word of the frame lies behind the mapping's end.
    @Test func aFrameAtTheEndOfMemoryIsSafe() throws {
        let memory = try require(VirtualMemory.map(byteCount: 2 * Unit.osPage, writable: true))
        verify(VirtualMemory.protect(memory + Unit.osPage, byteCount: Unit.osPage, writable: false))
        var reader = ReadablePages()
        var walker = FramePointers(frame: memory + Unit.osPage - 8)
        verify(!walker.step(&reader))
        VirtualMemory.unmap(memory, byteCount: 2 * Unit.osPage)
    }
}
