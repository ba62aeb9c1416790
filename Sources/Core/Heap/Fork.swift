// fork: all locks are taken before it, in their order, and freed on both sides after it.
//
// In the child the other threads are gone, perhaps in the middle of a fast path. Their pages keep the vanished heaps
// as owners: nobody allocates from them or trusts their lists; frees into them take the lock-free path, whose word
// is whole at any instant. When the child needs pages they are rebuilt: Heap/Recovery.swift.

import CBulwark
import Synchronization

extension Allocator {
    func prepareFork() {
        fallbackLock.acquire()
        heapsLock.acquire()
        abandonedLock.acquire()
        trapLock.acquire()
        if Variant.sampledGuards { samples.lock.acquire() }
        arena.lock.acquire()
        metadata.lockForFork()
        // Handlers of libraries that were initialised before us run now, on this thread, and may allocate.
        CurrentThread.passesLocks = true
    }

    func resumeParent() {
        CurrentThread.passesLocks = false
        metadata.unlockAfterFork()
        arena.lock.release()
        if Variant.sampledGuards { samples.lock.release() }
        trapLock.release()
        abandonedLock.release()
        heapsLock.release()
        fallbackLock.release()
    }

    /// - Parameter heapAddress: the forking thread's heap, or 0.
    mutating func resumeChild(_ heapAddress: Address) {
        CurrentThread.passesLocks = false
        metadata.resetAfterFork()
        arena.lock.resetAfterFork()
        if Variant.sampledGuards { samples.lock.resetAfterFork() }
        trapLock.resetAfterFork()
        abandonedLock.resetAfterFork()
        heapsLock.resetAfterFork()
        fallbackLock.resetAfterFork()
        ForkMark.renew()
        Report.resetAfterFork(Variant.self)
        guard phase.load(ordering: .relaxed) == 2 else { return }
        // The child's secrets are its own from here on: what is chosen, and sampled, and the keys of new pages.
        arena.random.seed(salt: heapAddress.bits)
        if heapAddress.bits != 0 { unsafe Ref<Heap>(at: heapAddress).pointee.reseed() }
        fallbackHeap?.pointee.reseed()
        noteVanishedHeaps(heapAddress)
    }

    /// In a child that ran no handlers, does what they would have done. Locks may be held by threads that are gone.
    mutating func noticeFork(_ heapAddress: Address) {
        if ForkMark.isWiped { resumeChild(heapAddress) }
    }
}
