// The queue of blocks that wait: its order, its sum, its growth.

import Testing

@Suite struct WaitingBlocksTests {
    @Test func firstInFirstOut() {
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 48))
        page.extend(by: 1000)
        let size = UInt(page.pointee.blockByteCount)
        let most = page.madeCount
        var waiting = WaitingBlocks()
        var random = TestRandom(stream: 200)
        var (next, oldest) = (UInt32(0), UInt32(0))
        for _ in 0..<20_000 {
            if waiting.count == 0 || random.below(100) < 52 {
                let didAppend = waiting.append(MagazineEntry(page, next % most + 1))
                verify(didAppend)
                next += 1
            } else {
                verify(waiting.removeFirst().number == oldest % most + 1)
                oldest += 1
            }
            verify(waiting.count == UInt(next - oldest) && waiting.byteCount == UInt(next - oldest) * size)
            if waiting.count != 0 {
                verify(waiting.entry(0).number == oldest % most + 1)
                verify(waiting.entry(waiting.count - 1).number == (next - 1) % most + 1)
            }
        }
        // It grew past its first OS page of entries, and kept its order.
        verify(next - oldest > 0 && next > 5000)
        waiting.forget()
        verify(waiting.count == 0 && waiting.byteCount == 0)
    }
}
