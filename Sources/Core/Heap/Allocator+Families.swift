// Deallocations that do not fit the allocation (flag familyChecks): malloc and delete, new[] and delete, other alignments.

import CBulwark
import Synchronization

extension Allocator {
    /// Called before a block is freed or resized. After it no other look at the same deallocation finds anything.
    /// - Parameters:
    ///   - claimed: the alignment that the deallocation names; 0: none.
    ///   - site: the caller's return address; 0: the backtrace tells it.
    @inline(never) mutating func checkFamily(
        of address: Address, _ deallocator: Deallocator, alignment claimed: UInt = 0, site: UInt = 0
    ) {
        // What is no live block's start is free's to report.
        guard let (page, record) = recorded(address) else { return }
        let origin = record.pointee.origin
        // operator delete calls free, which looks too.
        if deallocator != .realloc { record.pointee.origin = .unknown }
        guard let violation = origin.mismatch(deallocator, alignment: claimed) else { return }
        let policy = Self.policy(violation)
        guard policy != .ignore, !isSuppressed(record), let byteCount = liveByteCount(page, address) else { return }
        if policy == .report {
            let caller = Self.callerBacktrace()
            // Where nobody can be told from another, each time is reported.
            let site = site != 0 || caller.count == 0 ? site : caller[0].bits
            guard site == 0 || familySites.insert(site) else { return }
        }
        let subject: Subject =
            violation == .alignmentMismatch
            ? .misaligned(byteCount: byteCount, alignment: origin.alignment, claimed: claimed)
            : .mismatched(byteCount: byteCount, origin.family.text, deallocator.text)
        if policy == .report {
            Report.harmless(violation, at: address, subject)
        } else {
            Report.violation(violation, at: address, subject, history: page.pointee.history(covering: address))
        }
    }

    private static func policy(_ violation: Violation) -> MismatchPolicy {
        let options = Options.process
        switch violation {
        case .alignmentMismatch: return MismatchPolicy(rawValue: options.pointee[.alignmentMismatch]) ?? .abort
        case .reallocationOfAligned: return MismatchPolicy(rawValue: options.pointee[.reallocAligned]) ?? .ignore
        default: return MismatchPolicy(rawValue: options.pointee[.newDeleteMismatch]) ?? .abort
        }
    }

    /// True if a line `mismatch:TEXT` of the option suppressions applies to a frame of the caller or of the allocation.
    private func isSuppressed(_ record: Ref<BlockRecord>) -> Bool {
        guard Options.process.pointee[.suppressions] != 0, let suppressions = FrameRules(.suppressions) else {
            return false
        }
        defer { suppressions.end() }
        let caller = Self.callerBacktrace()
        var isCovered = false
        _ = Report.alone {
            var text = ReportText.sharedLines
            // Where a report has its first line, of which suppressions know nothing.
            text.append(byte: 10)
            var reader = CopiedMemory(PageCopies.shared)
            text.append(frames: caller, &reader)
            text.append(
                frames: StackDepot.shared.pointee.backtrace(record.pointee.allocationStack).backtrace, &reader)
            isCovered = suppressions.apply(.mismatch, to: text)
        }
        return isCovered
    }
}
