// Two threads that do one thing each at the same instant, over and over, until everything that can come of it was seen: for the
// interleavings that Tests/Models names.

import Glibc
import Synchronization
import Testing

/// A round: `setUp`, then `first` and `second` in two threads at once, then `judge`, which says which outcome it was.
final class Duel: @unchecked Sendable {
    private let meeting = Atomic<Int>(0)
    private let isOver = Atomic<Bool>(false)
    private let first: () -> Int
    private let second: () -> Int
    private var results = (0, 0)

    private init(_ first: @escaping () -> Int, _ second: @escaping () -> Int) {
        self.first = first
        self.second = second
    }

    /// - Parameters:
    ///   - outcomes: their names; each must be seen `least` times, within two minutes: on a machine that does much else, two
    ///     threads seldom run at once.
    ///   - first, second: what the threads do; their results go to `judge`.
    ///   - judge: the numbers of the outcomes, one or several a round; nil for one that may not be.
    static func play(
        outcomes: [String], least: Int = 3, setUp: () -> Void = {}, first: @escaping () -> Int,
        second: @escaping () -> Int, judge: @escaping (Int, Int) -> [Int?],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let duel = Duel(first, second)
        let counts = duel.play(outcomes.count, least: least, setUp: setUp, judge: judge)
        for (name, count) in zip(outcomes, counts) {
            verify(count >= least, "\(name): seen \(count) times", sourceLocation: sourceLocation)
        }
        verify(counts.last == 0, "\(counts.last ?? 0) rounds had another outcome", sourceLocation: sourceLocation)
    }

    /// - Returns: how often each outcome was seen; and, at the end, any other.
    private func play(_ count: Int, least: Int, setUp: () -> Void, judge: (Int, Int) -> [Int?]) -> [Int] {
        withoutActuallyEscaping(setUp) { setUp in
            withoutActuallyEscaping(judge) { judge in
                let umpire = Umpire(count, setUp, judge)
                runThreads(2) { thread in
                    var random = TestRandom(stream: 4000 + UInt64(thread))
                    let limit = Moment.now.milliseconds + 120_000
                    while true {
                        if thread == 0 {
                            umpire.setUp()
                            let isEnough = umpire.counts.dropLast().allSatisfy { $0 >= least }
                            self.isOver.store(isEnough || Moment.now.milliseconds > limit, ordering: .relaxed)
                        }
                        self.meet()
                        if self.isOver.load(ordering: .relaxed) { return }
                        // Sometimes one is late, by some instructions or by many.
                        for _ in 0..<random.below(1 << random.below(10)) { self.pause() }
                        if thread == 0 { self.results.0 = self.first() } else { self.results.1 = self.second() }
                        self.meet()
                        if thread == 0 { umpire.note(self.results) }
                    }
                }
                return umpire.counts
            }
        }
    }

    private func pause() { _ = isOver.load(ordering: .relaxed) }

    /// Returns when both threads are here.
    private func meet() {
        let turn = meeting.add(1, ordering: .acquiringAndReleasing).oldValue / 2
        var spins = 0
        while meeting.load(ordering: .acquiring) / 2 == turn {
            spins += 1
            // With one processor the other thread needs this one's.
            if spins % 1000 == 0 { sched_yield() }
        }
    }
}

/// What only the first thread uses while rounds are played.
private final class Umpire: @unchecked Sendable {
    let setUp: () -> Void
    private let judge: (Int, Int) -> [Int?]
    private(set) var counts: [Int]

    init(_ count: Int, _ setUp: @escaping () -> Void, _ judge: @escaping (Int, Int) -> [Int?]) {
        counts = [Int](repeating: 0, count: count + 1)
        self.setUp = setUp
        self.judge = judge
    }

    func note(_ results: (Int, Int)) {
        for outcome in judge(results.0, results.1) { counts[outcome ?? counts.count - 1] += 1 }
    }
}
