// The reports' arithmetic on numbers whose answers are known by hand.

import Testing

@testable import bulwark_bench

@Suite struct StatisticsTests {
    @Test func middleOfOddEvenAndNothing() {
        #expect(middle(of: [3, 1, 2]) == 2)
        #expect(middle(of: [4, 1, 3, 2]) == 2.5)
        #expect(middle(of: []) == nil)
    }

    @Test func geometricMeanOfReciprocalsIsOne() throws {
        #expect(abs(try #require(geometricMean([0.5, 2])) - 1) < 1e-12)
        #expect(geometricMean([]) == nil)
        #expect(geometricMean([1, 0]) == nil)
    }

    @Test func rangesThatTouchOverlap() {
        let low = Spread(least: 1, median: 2, most: 3)
        #expect(low.overlaps(Spread(least: 3, median: 4, most: 5)))
        #expect(!low.overlaps(Spread(least: 3.1, median: 4, most: 5)))
        #expect(Spread(least: 0, median: 2, most: 9).overlaps(low))
    }

    @Test func ratioIsOfMediansAndRoundsArePaired() throws {
        let ratio = try #require(Ratio(of: [2, 3, 4], to: [1, 2, 2.5]))
        #expect(ratio.value == 1.5)
        #expect(ratio.rounds == [2, 1.5, 1.6])
        #expect(ratio.isUncertain)
        #expect(ratio.range == Spread(least: 1.5, median: 1.6, most: 2))
        #expect(Ratio(of: [], to: [1]) == nil)
        #expect(Ratio(of: [1], to: [0]) == nil)
    }

    @Test func onlyRunsThatTouchAreMarked() {
        #expect(Ratio(of: [2, 2.1], to: [1, 1.9])?.isUncertain == false)
        #expect(Ratio(of: [1.9, 2.1], to: [1, 1.9])?.isUncertain == true)
    }

    @Test func aLimitWithinTheSpreadIsStraddled() {
        let spread = Spread(least: 1, median: 2, most: 3)
        #expect(spread.straddles(2.5))
        #expect(spread.straddles(1))
        #expect(!spread.straddles(3))
        #expect(!spread.straddles(0.9))
    }
}
