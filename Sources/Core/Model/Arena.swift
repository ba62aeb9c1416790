// The process's segments, and the huge blocks beside them: who needs slices asks here. One lock; slow paths only.

import Synchronization

/// All address space that blocks are in. Valid when zero-initialised, but for the references and the options.
struct Arena: ~Copyable {
    let lock = Lock()
    /// The segments in use, last made first.
    var segments: Ref<Segment>?
    /// Descriptors of segments that were given back.
    var spareSegments: Ref<Segment>?
    /// Descriptors of huge pages that wait to be used again.
    var spareHugePages: Ref<Page>?
    var hugePages: Ref<Page>?
    let pageMap: Ref<PageMap>
    var metadata: Ref<MetadataPool>
    var guards: Ref<GuardPages>
    /// Milliseconds between a run's release and its purge.
    var purgeDelay: UInt64 = 100
    /// The earliest `purgeDeadline` of any segment, 0 if none has dirty slices. Read without the lock as a hint.
    let nextPurge = Atomic<UInt64>(0)

    /// Freed blocks of pages of one block, which wait.
    var detained = DetainedPages()
    /// Memory of freed huge blocks, for new ones.
    var reserve = ReservedPages()
    /// The large blocks in use that have spare room.
    var spareRoomCount: UInt = 0
    /// The large pages whose room is a mapping of its own.
    var apartCount: UInt = 0
    /// Where random places of segments and huge blocks are.
    var home = Address(0)
    /// For what the arena chooses at random, and the keys of pages of one block. Under the lock.
    var random = RandomGenerator()

    /// The bytes of huge mappings in use, and how many there are; those of blocks that wait included.
    var hugeByteCount: UInt = 0
    var hugeCount: UInt = 0
    var segmentCount: UInt = 0

    init(pageMap: Ref<PageMap>, metadata: Ref<MetadataPool>, guards: Ref<GuardPages>) {
        self.pageMap = pageMap
        self.metadata = metadata
        self.guards = guards
        random.seed(salt: guards.address.bits)
        if Variant.randomizedFreeLists { home = RandomPlace.draw() }
    }

    /// A random word; takes the lock.
    mutating func drawWord() -> UInt64 {
        lock.acquire()
        defer { lock.release() }
        return random.next()
    }

    /// The guard at each end of a run, in bytes.
    static var guardByteCount: UInt { Variant.guardPages ? Unit.osPage : 0 }
}
