// A heap: the pages that one thread allocates from. Only its thread uses it; other threads reach its pages through
// threadFree, and its wake list.

import Synchronization

/// A thread's heap, in type-stable memory.
///
/// (1) direct[w] leads to queues[class of 16·w bytes].first, or the empty page; where blocks go through magazines, to the
///     class's magazine
/// (2) a page is pinned ⇔ it is the first of a queue
/// (3) a page isSetAside ⇒ it is in a queue, not its first, and was empty when it came there; setAsideCounts counts them
/// (4) every page in a queue, or in `full`, has this heap as its owner; isFull ⇔ it is in `full`
struct Heap: ~Copyable {
    /// For requests of up to 2 KiB, rounded up to 16 bytes: where to try first. The first field: the empty heap of
    /// globals.c, of threads that have none, consists of it alone.
    var direct: InlineArray<129, Source>
    /// The pages with blocks to spare, by class; the first is the one in use.
    var queues: InlineArray<88, PageQueue>
    /// The pages whose blocks are all in use.
    var full: PageQueue
    /// By class, how many pages of the queue are set aside, being empty.
    var setAsideCounts = InlineArray<88, UInt16>(repeating: 0)
    let allocator: Ref<Allocator>
    /// This heap's own address, as `Page.owner` holds it.
    let address: Address
    var random: RandomGenerator
    /// What malloc's fast path chooses with; with sampledGuards there are no more of them than allocations before the
    /// next sample.
    var dice = Dice()
    /// What slow paths choose with.
    var slowDice = Dice()
    /// The pages that other threads freed into while they were full: a stack through `wakeNext`.
    let wakes = Atomic<UInt>(0)
    /// What malloc's fast path found something wrong with, for the slow path to report; no bits: nothing.
    var suspect = MagazineEntry(bits: 0)
    /// When the next sample is due.
    var countdown = SampledCountdown()
    /// When its thread ended, in milliseconds.
    var parkedAt: UInt64 = 0
    /// The next of the spare heaps, or of the parked ones.
    var nextSpare: Ref<Heap>?
    /// The next of all heaps.
    var nextHeap: Ref<Heap>?
    /// In the child of a fork: the heap's thread is not there.
    var isVanished = false
    /// What was freed and waits.
    var waiting = WaitingBlocks()
    /// The program made it (bw_heap_new): all blocks in its pages were allocated from it, so it takes over no page of others.
    var isCreated = false
    /// What the program knows it by, where it has a handle; else 0.
    var handle: UInt = 0
    /// Of a heap with a handle: the thread that used it last, and the one whose default it is; as CurrentThread.token, or 0.
    var user: UInt = 0
    var defaultOf: UInt = 0
    /// Large, huge and sampled blocks were allocated from this created heap, and may be in use.
    var hasSingles = false
    /// The slow paths taken; housekeeping looks at the clock once in a while.
    var slowCount: UInt32 = 0
    /// Where `reclaim` goes on: a class, and its page that was looked at last.
    var reclaimClass: UInt8 = 0
    var reclaimPage: Ref<Page>?
    /// When empty pages are looked for again, in milliseconds.
    var nextSweep: UInt64 = 0

    /// - Parameter empty: the allocator's empty page.
    init(allocator: Ref<Allocator>, address: Address, empty: Ref<Page>, nextHeap: Ref<Heap>?) {
        direct = InlineArray(repeating: Source(empty.address))
        queues = InlineArray(repeating: PageQueue())
        full = PageQueue()
        self.allocator = allocator
        self.address = address
        self.nextHeap = nextHeap
        random = RandomGenerator()
        random.seed(salt: address.bits)
        if Variant.usesMagazines { aimAtMagazines() }
    }
}

extension Heap {
    /// Where malloc's fast path finds blocks of a size: a page, or a magazine. The empty page of threads without a heap
    /// passes for either.
    struct Source {
        let address: Address

        @inline(__always) init(_ address: Address) { self.address = address }

        @inline(__always) var page: Ref<Page> { unsafe Ref(at: address) }
        @inline(__always) var magazine: Ref<Magazine> { unsafe Ref(at: address) }
    }

    /// What a heap needs in metadata: itself, and its magazines behind it.
    static var byteCount: UInt {
        magazinesOffset + (Variant.usesMagazines ? UInt(SizeClass.count) * Magazine.stride : 0)
    }
    private static var magazinesOffset: UInt { UInt(MemoryLayout<Heap>.stride).aligned(up: 64) }

    /// The heap that the calling thread allocates from; nil if it has none yet.
    static var current: Ref<Heap>? {
        let address = CurrentThread.heapAddress
        return address.bits == 0 ? nil : unsafe Ref(at: address)
    }

    @inline(__always) static func magazine(_ sizeClass: SizeClass, of heap: Address) -> Ref<Magazine> {
        unsafe Ref(at: heap + magazinesOffset + UInt(sizeClass.index) &* Magazine.stride)
    }
    func magazine(_ sizeClass: SizeClass) -> Ref<Magazine> { Self.magazine(sizeClass, of: address) }

    /// A heap without pages.
    mutating func forgetPages(empty: Ref<Page>) {
        direct = InlineArray(repeating: Source(empty.address))
        queues = InlineArray(repeating: PageQueue())
        full = PageQueue()
        setAsideCounts = InlineArray(repeating: 0)
        waiting.forget()
        guard Variant.usesMagazines else { return }
        aimAtMagazines()
        for index in 0..<UInt8(SizeClass.count) {
            let magazine = magazine(SizeClass(index: index))
            if magazine.pointee.existing != 0 || magazine.pointee.floor != 0 { magazine.initialize(to: Magazine()) }
        }
    }

    private mutating func aimAtMagazines() {
        for word in 0..<129 {
            direct[word] = Source(magazine(SizeClass(holding: UInt(word) * 16)).address)
        }
    }

    /// The class's first page changed: `direct` follows.
    private mutating func updateDirect(_ sizeClass: SizeClass) {
        let largest = sizeClass.blockByteCount
        guard !Variant.usesMagazines, largest <= SizeClass.largestDirectByteCount else { return }
        let below = sizeClass.index == 0 ? 0 : SizeClass(index: sizeClass.index - 1).blockByteCount + 16
        let page = queues[Int(sizeClass.index)].first ?? allocator.pointee.emptyPageReference
        var word = Int(below / 16)
        while word <= Int(largest / 16) {
            direct[word] = Source(page.address)
            word += 1
        }
    }

    /// Puts a page at the front of its queue: it is in use from now on.
    mutating func enqueue(_ page: Ref<Page>) {
        let sizeClass = page.pointee.sizeClass
        let old = queues[Int(sizeClass.index)].first
        queues[Int(sizeClass.index)].prepend(page)
        firstChanged(sizeClass)
        if let old {
            old.pointee.unpin()
            if old.pointee.used == 0 { release(old) }
        }
    }

    /// Adds a page behind those that are in use.
    mutating func enqueueLast(_ page: Ref<Page>) {
        let sizeClass = page.pointee.sizeClass
        let wasEmpty = queues[Int(sizeClass.index)].first == nil
        queues[Int(sizeClass.index)].append(page)
        if wasEmpty { firstChanged(sizeClass) }
    }

    mutating func dequeue(_ page: Ref<Page>) {
        let sizeClass = page.pointee.sizeClass
        let wasFirst = queues[Int(sizeClass.index)].first == page
        queues[Int(sizeClass.index)].remove(page)
        page.pointee.unpin()
        noteUse(of: page)
        if wasFirst { firstChanged(sizeClass) }
    }

    private mutating func firstChanged(_ sizeClass: SizeClass) {
        if let first = queues[Int(sizeClass.index)].first {
            first.pointee.pin()
            noteUse(of: first)
        }
        updateDirect(sizeClass)
    }
}
