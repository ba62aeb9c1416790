// PageQueue against an array.

import Testing

@Suite struct PageQueueTests {
    @Test func agreesWithAnArray() {
        let pages = (0..<20).map { _ in TestAllocator.zeroed(Page.self) }
        var random = TestRandom(stream: 14)
        var queue = PageQueue()
        var model: [Int] = []
        for _ in 0..<Seed.repetitions(4_000) {
            let index = Int(random.below(20))
            if let place = model.firstIndex(of: index) {
                queue.remove(pages[index])
                model.remove(at: place)
                verify(pages[index].pointee.next == nil && pages[index].pointee.previous == nil)
            } else if random.isOne(in: 2) {
                queue.append(pages[index])
                model.append(index)
            } else {
                queue.prepend(pages[index])
                model.insert(index, at: 0)
            }
            guard let members = Invariants.pages(of: queue) else {
                verify(false, "PageQueue (1)")
                return
            }
            verify(members == model.map { pages[$0] })
            verify(queue.first == model.first.map { pages[$0] } && queue.last == model.last.map { pages[$0] })
        }
    }
}
