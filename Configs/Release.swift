// The release variant: as fast as the core can be. What it leaves out is not in its machine code.
// Every flag is explained, with its attack and its cost, in Configs/README.md.

enum Variant {
    /// The name that `bw_variant()` returns and options and scripts use.
    static var name: StaticString { "release" }
    /// Guards around every page's run of slices, around large and huge blocks and around metadata.
    static var guardPages: Bool { false }
    /// Links of free lists encoded with keys of their page, and checked before they are followed.
    static var encodedFreeLists: Bool { false }
    /// Two state bits a block, out of line: every double free and every free of no live block is found.
    static var doubleFreeDetection: Bool { false }
    /// Freeing an address that is not ours is a violation; otherwise it is counted and ignored.
    static var reportForeignPointers: Bool { false }

    /// What encodedFreeLists keeps in each page.
    typealias PageKeys = NoKeys
    /// What doubleFreeDetection keeps in each page.
    typealias PageStates = NoBlockStates
}
