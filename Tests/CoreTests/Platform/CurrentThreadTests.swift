// What a thread knows of itself.

import Testing

@Suite struct CurrentThreadTests {
    /// A thread that passes locks neither waits for one that is held, nor gives up what another thread holds.
    @Test func passesLocks() {
        let lock = Lock()
        lock.acquire()
        CurrentThread.passesLocks = true
        lock.acquire()
        lock.release()
        CurrentThread.passesLocks = false
        let isFree = lock.tryAcquire()
        verify(!isFree)
        lock.release()
        let isFreeNow = lock.tryAcquire()
        verify(isFreeNow)
        lock.release()
    }
}
