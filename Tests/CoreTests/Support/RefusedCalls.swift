// System calls of the core that fail: the plan that CBulwarkFaults follows, for threads of tests.

import CBulwark
import CTestSupport

/// Which calls fail, and what became of them. Several threads may follow one plan at a time.
@safe final class RefusedCalls: @unchecked Sendable {
    private let plan: UnsafeMutablePointer<bw_fault_plan>

    /// - Parameters:
    ///   - first: the number of the first call that fails; 0: none by number.
    ///   - count: how many fail from there on.
    ///   - oneIn: one in so many fails besides, at random; 0: none.
    init(first: UInt64 = 0, count: UInt64 = 1, oneIn: UInt64 = 0, seed: UInt64 = 0) {
        unsafe plan = UnsafeMutablePointer<bw_fault_plan>.allocate(capacity: 1)
        unsafe plan.initialize(to: bw_fault_plan())
        unsafe plan.pointee.first = first
        unsafe plan.pointee.count = count
        unsafe plan.pointee.one_in = oneIn
        unsafe plan.pointee.random = seed
    }

    deinit { unsafe plan.deallocate() }

    /// Runs `body` with the plan in force for the calling thread's system calls.
    func during<Result>(_ body: () -> Result) -> Result {
        unsafe bw_test_follow_plan(plan)
        defer { bw_test_follow_plan(nil) }
        return body()
    }

    /// No call fails any more. While no thread follows the plan.
    func end() {
        unsafe plan.pointee.count = 0
        unsafe plan.pointee.one_in = 0
    }

    /// The calls so far that can fail. While no thread follows the plan, as all below.
    var callCount: UInt64 { unsafe plan.pointee.calls }
    var failureCount: UInt64 { unsafe plan.pointee.failures }
    /// The address space that was mapped, less what was unmapped, and less what nobody could unmap.
    var mappedByteCount: Int64 { unsafe plan.pointee.mapped_bytes - plan.pointee.stranded_bytes }
}

extension Ref where Target == Allocator {
    /// All address space that the allocator knows of.
    var knownByteCount: UInt {
        var sum = pointee.metadata.mappedByteCount + pointee.arena.segmentCount * Unit.segment
        sum += pointee.arena.hugeByteCount
        for place in 0..<pointee.arena.reserve.count {
            if let page = pointee.arena.reserve[place] { sum += Arena.hugeMapping(of: page).byteCount }
        }
        for list in [pointee.arena.segments, pointee.arena.spareSegments] {
            var candidate = list
            while let segment = candidate {
                if segment.pointee.records.bits != 0 { sum += Unit.slicesInSegment * BlockRecord.byteCountPerSlice }
                candidate = segment.pointee.next
            }
        }
        var heap = pointee.allHeaps
        while let one = heap {
            sum += one.pointee.waiting.capacity * 8
            heap = one.pointee.nextHeap
        }
        var trap = pointee.trapPages.first
        while let page = trap {
            sum += Unit.slice
            trap = page.pointee.next
        }
        return sum + pointee.samples.extent.byteCount
    }
}
