// The few fields whose representation tests should not depend on.

extension Ref where Target == Page {
    /// The blocks that were ever made.
    var madeCount: UInt32 { UInt32(pointee.capacity) }
    /// The blocks that fit.
    var blockCount: UInt32 { UInt32(pointee.blockCount) }
}

extension Ref where Target == Allocator {
    func page(covering address: Address) -> Ref<Page>? { pointee.arena.pageMap.pointee.page(covering: address) }
}
