// Whose allocations are sampled (option sample_sites): asked at each sample, so each backtrace is looked at once.

import CBulwark
import Synchronization

/// What is known of backtraces, by a hash of their addresses. Valid (nothing) when zero-initialised. Any thread.
struct SampledSites: ~Copyable {
    /// Each entry: a hash but for its lowest bit, and in that the answer. What comes to a taken place replaces it.
    private let entries = InlineArray<512, Atomic<UInt64>> { _ in Atomic<UInt64>(0) }

    init() {}

    /// - Returns: nil if the backtrace was not met yet, or too long ago.
    func answer(_ hash: UInt64) -> Bool? {
        let entry = entries[Int(hash >> 55)].load(ordering: .relaxed)
        return entry | 1 == hash | 1 ? entry & 1 != 0 : nil
    }

    func note(_ hash: UInt64, _ answer: Bool) {
        entries[Int(hash >> 55)].store(hash & ~1 | (answer ? 1 : 0), ordering: .relaxed)
    }
}

extension Allocator {
    /// Makes room for answers, if the option names a file; one that cannot be read is as none. Once libc is ready.
    mutating func configureSampledSites() {
        guard Variant.sampledGuards, options[.sampleSites] != 0, let rules = FrameRules(.sampleSites) else { return }
        rules.end()
        guard
            let memory = metadata.allocate(byteCount: UInt(MemoryLayout<SampledSites>.stride), guards: arena.guards)
        else { return }
        sampledSites = unsafe Ref(at: memory)
    }

    /// True if the caller's allocations may be sampled.
    func isSampledSite() -> Bool {
        guard let sampledSites else { return true }
        let backtrace = Self.callerBacktrace()
        let hash = backtrace.hash
        if let answer = sampledSites.pointee.answer(hash) { return answer }
        guard let rules = FrameRules(.sampleSites, warns: false) else { return false }
        defer { rules.end() }
        var isFound = false
        let isAnswered = Report.alone {
            var text = ReportText.sharedLines
            // Where a report has its first line, of which rules know nothing.
            text.append(byte: 10)
            var reader = CopiedMemory(PageCopies.shared)
            text.append(frames: backtrace, &reader)
            isFound = rules.apply(.site, to: text)
        }
        if isAnswered { sampledSites.pointee.note(hash, isFound) }
        return isFound
    }
}
