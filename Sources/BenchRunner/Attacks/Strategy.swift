// One way of exploiting a bug, and how often it may succeed against the secure variant. The table is in
// Strategies.swift, what is played in Sources/Attacks, what each attacker has in Core.docc/Attacks.md.

import Foundation

struct Strategy {
    /// The name that `attack` knows it by.
    let name: String
    /// What the attacker does, in a few words.
    let title: String
    /// The most that secure allows, from 0 to 1.
    let bound: Double
    /// Where the bound comes from.
    let arithmetic: String
    /// A round takes so many times longer than most, so that many fewer are played.
    var weight = 1
    /// A round mostly sleeps, so that many are played at a time.
    var isSleeping = false
    /// It knows how Bulwark works, and says nothing of others.
    var isOwn = false

    /// The bound in a table: 0, 1/32, 2⁻⁴⁷, or "none".
    var boundText: String {
        if bound <= 0 { return "0" }
        if bound >= 1 { return "none" }
        if bound < 1e-4 { return "2^" + String(Int(log2(bound).rounded())) }
        return Percent.text(bound)
    }

    /// How many rounds are played when most strategies have `rounds`.
    func rounds(_ rounds: Int) -> Int { max(rounds / weight, min(rounds, 10)) }

    static func named(_ name: String) -> Strategy? { all.first { $0.name == name } }
}
