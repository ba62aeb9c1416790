// The lock: one at a time, whoever waits and however.

import Glibc
import Synchronization
import Testing

@Suite struct LockTests {
    private struct Counter: ~Copyable {
        let lock = Lock()
        var count = 0
        var isInside = false
        let violations = Atomic<Int>(0)
        let stage = Atomic<Int>(0)
    }

    @Test func mutualExclusion() {
        let counter = TestAllocator.zeroed(Counter.self)
        let bits = counter.address.bits
        let rounds = Seed.repetitions(20_000)
        runThreads(4) { _ in
            let counter = unsafe Ref<Counter>(at: Address(bits))
            for _ in 0..<rounds {
                counter.pointee.lock.acquire()
                if counter.pointee.isInside { counter.pointee.violations.add(1, ordering: .relaxed) }
                counter.pointee.isInside = true
                counter.pointee.count += 1
                counter.pointee.isInside = false
                counter.pointee.lock.release()
            }
        }
        let violations = counter.pointee.violations.load(ordering: .relaxed)
        verify(violations == 0)
        let count = counter.pointee.count
        verify(count == 4 * rounds)
    }

    /// Who waits for longer than it spins sleeps until the lock is free, and then has it. In a process of its own, which a
    /// signal ends if nobody wakes the sleepers.
    @Test func sleepers() async {
        await #expect(processExitsWith: .success) {
            alarm(60)
            let counter = TestAllocator.zeroed(Counter.self)
            let bits = counter.address.bits
            runThreads(3) { index in
                let counter = unsafe Ref<Counter>(at: Address(bits))
                if index == 0 {
                    counter.pointee.lock.acquire()
                    counter.pointee.stage.store(1, ordering: .releasing)
                    usleep(200_000)
                    counter.pointee.isInside = true
                    counter.pointee.lock.release()
                } else {
                    while counter.pointee.stage.load(ordering: .acquiring) == 0 { usleep(1000) }
                    counter.pointee.lock.acquire()
                    if !counter.pointee.isInside { counter.pointee.violations.add(1, ordering: .relaxed) }
                    counter.pointee.lock.release()
                }
            }
            let violations = counter.pointee.violations.load(ordering: .relaxed)
            precondition(violations == 0)
        }
    }

    @Test func withLockReleases() {
        let counter = TestAllocator.zeroed(Counter.self)
        let result = counter.pointee.lock.withLock { 7 }
        verify(result == 7)
        counter.pointee.lock.acquire()
        counter.pointee.lock.release()
    }

    /// In the child of a fork the holder is gone.
    @Test func resetAfterFork() {
        let counter = TestAllocator.zeroed(Counter.self)
        counter.pointee.lock.acquire()
        counter.pointee.lock.resetAfterFork()
        counter.pointee.lock.acquire()
        counter.pointee.lock.release()
    }

    /// A thread that passes locks leaves those that others hold as they are, and those that it could take free.
    @Test func passingLeavesNothingTaken() {
        let counters = (0..<3).map { _ in TestAllocator.zeroed(Counter.self) }
        counters[1].pointee.lock.acquire()
        CurrentThread.passesLocks = true
        for counter in counters { counter.pointee.lock.acquire() }
        for counter in counters.reversed() { counter.pointee.lock.release() }
        let passes = CurrentThread.passesLocks
        counters[2].pointee.lock.withLock {}
        CurrentThread.passesLocks = false
        verify(passes)
        let isFree = counters.map { $0.pointee.lock.tryAcquire() }
        verify(isFree == [true, false, true])
    }
}
