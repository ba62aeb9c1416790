// The debug variant: what developers run in continuous integration.
// Every flag is explained, with its attack and its cost, in Configs/README.md.

enum Variant {
    /// The name that `bw_variant()` returns and options and scripts use.
    static var name: StaticString { "debug" }
    /// Guards around every page's run of slices, around large and huge blocks and around metadata.
    static var guardPages: Bool { true }
    /// Links of free lists encoded with keys of their page, and checked before they are followed.
    static var encodedFreeLists: Bool { true }
    /// Two state bits a block, out of line: every double free and every free of no live block is found.
    static var doubleFreeDetection: Bool { true }
    /// Freeing an address that is not ours is a violation; otherwise it is counted and ignored.
    static var reportForeignPointers: Bool { true }

    /// What encodedFreeLists keeps in each page.
    typealias PageKeys = LinkKeys
    /// What doubleFreeDetection keeps in each page.
    typealias PageStates = BlockStates
}
