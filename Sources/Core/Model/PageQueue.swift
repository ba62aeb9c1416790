// A doubly linked list of pages, through their descriptors. Protected by whatever protects its owner.

/// A list of pages; a page is in at most one. Valid (empty) when zero-initialised.
///
/// (1) first == nil ⇔ last == nil; first.previous == nil; last.next == nil; p.next.previous == p
struct PageQueue {
    private(set) var first: Ref<Page>?
    private(set) var last: Ref<Page>?

    init() {}

    mutating func prepend(_ page: Ref<Page>) {
        page.pointee.previous = nil
        page.pointee.next = first
        if let first { first.pointee.previous = page } else { last = page }
        first = page
    }

    mutating func append(_ page: Ref<Page>) {
        page.pointee.next = nil
        page.pointee.previous = last
        if let last { last.pointee.next = page } else { first = page }
        last = page
    }

    mutating func remove(_ page: Ref<Page>) {
        let (next, previous) = (page.pointee.next, page.pointee.previous)
        if let next { next.pointee.previous = previous } else { last = previous }
        if let previous { previous.pointee.next = next } else { first = next }
        page.pointee.next = nil
        page.pointee.previous = nil
    }
}
