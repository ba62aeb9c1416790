// The process-wide state, in one place that is passed to whoever needs it: in the libraries it lies in C storage, in
// unit tests each test makes its own.

import Synchronization

/// Everything that the threads of a process share.
///
/// Lock order, outermost first: fallbackLock, heapsLock, abandonedLock, trapLock, samples.lock, arena.lock, the metadata pool's.
struct Allocator: ~Copyable {
    /// The first field: storage.h gives it a value to begin with.
    var pageMap: PageMap
    /// 0: zero-initialised; 1: being initialised; 2: ready.
    let phase = Atomic<UInt32>(0)
    var arena: Arena
    var metadata: MetadataPool
    var guards: GuardPages
    /// What became of the settings. Not on their page: it stays untouched where no option differs from its default.
    var hasReadOptions = false
    var isSealed = false

    /// What heaps without a page of a class point to: no blocks, never written.
    var emptyPage: Page

    /// Pages whose heaps ended, by size class.
    let abandonedLock = Lock()
    var abandoned = InlineArray<88, PageQueue>(repeating: PageQueue())
    /// The number of pages in `abandoned`; read without the lock as a hint.
    let abandonedCount = Atomic<Int>(0)

    /// The pages of traps for malloc(0), and the one in use.
    let trapLock = Lock()
    var trapPages = PageQueue()
    let trapPage = Atomic<UInt>(0)

    /// Heaps that wait for a thread, and all that were ever made.
    let heapsLock = Lock()
    var spareHeaps: Ref<Heap>?
    /// Heaps of ended threads with all that they have, the last one first.
    var parkedHeaps: Ref<Heap>?
    let parkedCount = Atomic<Int>(0)
    var allHeaps: Ref<Heap>?
    /// Whose allocations are sampled (option sample_sites); nil: everybody's.
    var sampledSites: Ref<SampledSites>?
    /// How many there are.
    let heapCount = Atomic<UInt>(0)

    /// The heaps that the program has handles of; heapsLock protects it.
    var heaps = HeapTable()

    /// In the child of a fork: heaps whose pages wait to be rebuilt.
    let vanishedCount = Atomic<Int>(0)

    /// The heap of threads that are ending: shared, under a lock.
    let fallbackLock = Lock()
    var fallbackHeap: Ref<Heap>?

    /// When the file of metrics is due (option metrics_interval).
    let metricsSchedule = MetricsFile.Schedule()

    /// The slots of sampled blocks, and whether to report faults on all guards.
    var samples: SampledGuards
    let reportsAllFaults = Atomic<Bool>(false)

    /// Where blocks were deallocated with too small a size.
    let sizeSites = SeenSites()
    /// Where blocks were ended that came from another family of functions.
    let familySites = SeenSites()
    /// A thread searches for leaks.
    let isSearching = Atomic<Bool>(false)
    /// Blocks by their size, where they are remembered.
    let counters = BlockCounters()

    /// Calls of the program's hook for deferred frees.
    let heartbeats = Atomic<UInt64>(0)

    /// Uses of addresses that are not ours, where they are ignored.
    let foreignFreeCount = Atomic<UInt>(0)
}
