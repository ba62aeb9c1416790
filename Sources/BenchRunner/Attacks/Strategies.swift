// All strategies with their bounds for the secure variant, and the arithmetic. A bound is a promise: a strategy that succeeds
// more often is a defect. Where nothing is promised the bound is 1, and the arithmetic says why.

import Foundation

extension Strategy {
    /// A canary of 64 bits has one byte that is 0 and one bit that is set, and a seal up to 2⁸ values of slack that pass.
    private static let forgedCanary = exp2(-47.0)
    /// 8 of the 256 values of the die choose a certain one of 33 blocks.
    private static let choice = 8.0 / 256

    static let all = freeLists + doubleFrees + forgeries + reuses + overflows + canaries + forks + disclosures

    private static let freeLists = [
        Strategy(
            name: "poison", title: "free-list link overwritten with an address", bound: 0,
            arithmetic: "free blocks have no link, and are compared with zero before they serve"),
        Strategy(
            name: "poison-leak", title: "… with one leaked link", bound: 0,
            arithmetic: "the same: there is no link to leak"),
        Strategy(
            name: "poison-leak-thread", title: "… freed by another thread", bound: 0,
            arithmetic: "a link is a number below 4096 of a block in its page; 51 bits must be 0"),
        Strategy(
            name: "poison-byte", title: "a link's lowest byte changed", bound: 0, arithmetic: "as poison"),
        Strategy(
            name: "poison-number", title: "a link forged to a live block's number", bound: 0,
            arithmetic: "the state bits of a live block are not those of a freed one", isOwn: true),
        Strategy(
            name: "unlink", title: "both links of a free block forged", bound: 0,
            arithmetic: "as poison: no lists in blocks"),
        Strategy(
            name: "unlink-sorted", title: "… of a list by size", bound: 0, arithmetic: "as poison: no lists in blocks"
        ),
    ]

    private static let doubleFrees =
        [
            ("double-free", "a block freed twice"), ("double-free-between", "… with another in between"),
            ("double-free-cached", "… after eight others"), ("double-free-overwritten", "… overwritten in between"),
            ("double-free-thread", "… by another thread"), ("double-free-race", "… by two threads at once"),
        ].map {
            Strategy(
                name: $0.0, title: $0.1, bound: 0,
                arithmetic: "one state bit a block, out of line: the second free fails")
        } + [
            Strategy(
                name: "stale-free-1", title: "… after 1 allocation", bound: 0,
                arithmetic: "a freed block is never the next: the second free fails"),
            Strategy(
                name: "stale-free-8", title: "… after 8 allocations", bound: 7 * choice,
                arithmetic: "7 of 8 allocations may get the block, by 8/256 each"),
            Strategy(
                name: "stale-free-1000", title: "… after 1000 allocations", bound: 1,
                arithmetic: "not promised: the block is another's by then, and its free is legal"),
        ]

    private static let forgeries = [
        Strategy(
            name: "forged-size", title: "size in front of a block forged", bound: forgedCanary,
            arithmetic: "no sizes in blocks; the canary there has 47 unknown bits"),
        Strategy(
            name: "forged-size-byte", title: "… by an overflow of one byte", bound: 0,
            arithmetic: "no sizes in blocks: nothing that a guessed byte would change"),
        Strategy(
            name: "interior-free", title: "free of a block forged in a live one", bound: 0,
            arithmetic: "an address is a block's start or is refused, exactly"),
        Strategy(
            name: "static-free", title: "free of a block forged in static memory", bound: 0,
            arithmetic: "the page map knows what is ours, exactly"),
        Strategy(
            name: "wrong-size", title: "delete with a larger size", bound: 0,
            arithmetic: "the class is the page's, whatever the caller says; the size is compared"),
    ]

    private static let reuses = [
        Strategy(
            name: "reuse-1", title: "freed object's place taken: 1 allocation", bound: 0,
            arithmetic: "a freed block is never the next of its class"),
        Strategy(
            name: "reuse-8", title: "… 8 allocations", bound: 7 * choice,
            arithmetic: "7 of 8 allocations, by 8/256 each"),
        Strategy(
            name: "reuse-8-aimed", title: "… 8 allocations, at the best moment", bound: 8 * choice,
            arithmetic: "8 allocations, by 8/256 each"),
        Strategy(
            name: "reuse-64", title: "… 64 allocations", bound: 1 - pow(1 - choice, 63),
            arithmetic: "63 allocations, by 8/256 each: 1 − (31/32)⁶³"),
        Strategy(
            name: "reuse-1000", title: "… 1000 allocations", bound: 1,
            arithmetic: "not promised: all that was freed serves again"),
        Strategy(
            name: "reuse-1-thread", title: "… freed by another thread: 1 allocation", bound: choice,
            arithmetic: "it may be the next, by 8/256"),
        Strategy(
            name: "reuse-rare-1", title: "… of a size with no other blocks: 1 allocation", bound: 0,
            arithmetic: "a freed block is never the next of its class"),
        Strategy(
            name: "reuse-rare-8", title: "… 8 allocations", bound: 1,
            arithmetic: "not promised with fewer than 64 blocks of a class: there is little to choose from"),
        Strategy(
            name: "reuse-large-1", title: "… of 200 KB and more: 1 allocation", bound: 0,
            arithmetic: "the large block freed last never serves"),
        Strategy(
            name: "reuse-large-8", title: "… another one freed after it, 8 allocations", bound: 1,
            arithmetic: "not promised: those that wait are few"),
        Strategy(
            name: "reuse-other-size", title: "… by another size, within 50 ms", bound: 0,
            arithmetic: "an emptied run serves another class after the purge delay, 100 ms"),
        Strategy(
            name: "reuse-other-size-later", title: "… by another size, after 400 ms", bound: 1,
            arithmetic: "not promised after the purge delay", weight: 20, isSleeping: true),
    ]

    private static let overflows = [
        Strategy(
            name: "adjacent", title: "two successive blocks are neighbours", bound: choice,
            arithmetic: "the neighbour is one of 33 blocks or more: 8/256"),
        Strategy(
            name: "adjacent-groomed", title: "… in a hole that was made for them", bound: choice,
            arithmetic: "the same: neither of the two is chosen by when it was freed"),
        Strategy(
            name: "overflow-spray", title: "loop runs into one of 512 victims, used at once", bound: 1,
            arithmetic: "not promised: canaries tell at free"),
        Strategy(
            name: "overflow-freed", title: "… used after the buffer was freed", bound: forgedCanary,
            arithmetic: "the canary has 47 unknown bits"),
        Strategy(
            name: "overflow-copy", title: "… by memcpy, used at once", bound: 0,
            arithmetic: "copies of 65 bytes and more are compared with the block's size"),
        Strategy(
            name: "overflow-jump", title: "write over the canary, into the next block", bound: 1,
            arithmetic: "not promised: nothing is changed that is checked"),
    ]

    private static let canaries = [
        Strategy(
            name: "canary-guess", title: "canary guessed", bound: forgedCanary, arithmetic: "47 unknown bits"),
        Strategy(
            name: "canary-leak", title: "canary read and written back", bound: 1,
            arithmetic: "not promised: who reads a block's canary can restore it"),
        Strategy(
            name: "canary-leak-other", title: "another block's canary written", bound: forgedCanary,
            arithmetic: "canaries depend on their place by 128 secret bits"),
        Strategy(
            name: "canary-size", title: "a byte of the size under the canary changed", bound: 9.0 / 256,
            arithmetic: "9 of a byte's values tell a size whose canaries are there", isOwn: true),
        Strategy(
            name: "canary-equations", title: "15 canaries read, the 16th computed", bound: forgedCanary,
            arithmetic: "the same; no way is known", weight: 10, isOwn: true),
    ]

    private static let forks = [
        Strategy(
            name: "fork-place", title: "two children of a fork: same place", bound: choice,
            arithmetic: "children draw anew: 8/256"),
        Strategy(
            name: "fork-canary", title: "canary found byte by byte, in children", bound: 1,
            arithmetic: "not promised: pages from before a fork keep their keys", weight: 100),
        Strategy(
            name: "fork-canary-child", title: "… of a block from the child, 256 tries", bound: exp2(-20.0),
            arithmetic: "another place in each child: six bytes by 1/33 · 1/128 in 256 tries", weight: 20),
    ]

    private static let disclosures = [
        Strategy(
            name: "remnant", title: "a freed secret in a new block", bound: 0,
            arithmetic: "free zeroes all of a block"),
        Strategy(
            name: "remnant-large", title: "… of 200 KB and more", bound: 1,
            arithmetic: "not promised: large blocks keep their content for a purge delay"),
        Strategy(
            name: "stale-link", title: "a link in a freed block shows an address", bound: 0,
            arithmetic: "free blocks have no link"),
        Strategy(
            name: "overread-copy", title: "a neighbour's secret by memcpy", bound: 0,
            arithmetic: "copies of 65 bytes and more are compared with the block's size"),
        Strategy(
            name: "overread", title: "… by a loop", bound: 1, arithmetic: "not promised: reads are not checked"),
    ]
}
