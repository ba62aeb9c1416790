// The queue of freed blocks that wait, against a model.

import Testing

@Suite struct DetainedPagesTests {
    private struct Entry { let page: Ref<Page>; let deadline: UInt64 }

    @Test func againstAModel() {
        var queue = DetainedPages()
        var model: [Entry] = []
        var random = TestRandom(stream: 120)
        let pages = (0..<DetainedPages.capacity).map { index in
            let page = TestAllocator.zeroed(Page.self)
            page.pointee.kind = index % 3 == 0 ? .huge : .large
            page.pointee.byteCount = UInt(index + 1) * 4096
            return page
        }
        var outside = pages
        for step in 0..<Seed.repetitions(3_000) {
            if model.isEmpty || (!outside.isEmpty && random.isOne(in: 2)) {
                let page = outside.remove(at: Int(random.below(UInt(outside.count))))
                queue.append(page, deadline: UInt64(step) + 5)
                model.append(Entry(page: page, deadline: UInt64(step) + 5))
            } else {
                let place = random.isOne(in: 2) ? 0 : Int(random.below(UInt(model.count)))
                let removed = queue.remove(place)
                let expected = model.remove(at: place)
                verify(removed == expected.page)
                outside.append(expected.page)
            }
            verify(queue.count == model.count && queue.firstDeadline == (model.first?.deadline ?? 0))
            for (place, entry) in model.enumerated() { verify(queue[place] == entry.page) }
            if model.count < DetainedPages.capacity { verify(queue[model.count] == nil) }
            // Huge blocks keep no memory while they wait.
            let kept = model.reduce(0) { $0 + ($1.page.pointee.kind == .large ? $1.page.pointee.byteCount : 0) }
            verify(queue.byteCount == kept)
        }
    }
}
