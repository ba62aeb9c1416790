// The other operations: many blocks at once, threads, time, forks, a kernel that refuses, questions.

import CBulwark
import CFuzz
import Glibc

extension OperationsHarness {
    mutating func allocateMany(_ input: inout Input) {
        let (count, byteCount) = (input.below(64), input.size())
        guard byteCount <= 64 << 10 else { return }
        for _ in 0..<count where !allocate(.malloc, byteCount) { return }
    }

    /// Every block, every second one, …, from a place on.
    mutating func deallocateMany(_ input: inout Input) {
        guard books.count != 0 else { return }
        var (index, count) = (input.below(books.count), input.below(128))
        let step = input.below(4)
        while count > 0, index < books.count {
            deallocate(index, Ender.legal(for: books[index])[0])
            index += step
            count -= 1
        }
    }

    mutating func switchThread(_ input: inout Input) {
        thread = UInt32(input.below(Int(FUZZ_THREAD_COUNT)))
        fuzz_thread_switch(thread)
        Trace.say("[\(thread)] plays")
    }

    /// First its destructors run, after which it still may allocate; then it is gone, and another one begins in its place.
    mutating func endThread() {
        if ending.remove(thread) != nil {
            fuzz_thread_reset(thread)
        } else {
            bw_life_thread_end()
            ending.insert(thread)
        }
        Trace.say("[\(thread)] \(ending.contains(thread) ? "ends" : "begins")")
    }

    /// The process goes on as its own parent, or as the child, in which there is no other thread.
    mutating func fork(isChild: Bool) {
        Trace.say("[\(thread)] fork, \(isChild ? "child" : "parent")")
        bw_life_fork_prepare()
        guard isChild else { return bw_life_fork_parent() }
        bw_life_fork_child()
        for other in 0..<UInt32(FUZZ_THREAD_COUNT) where other != thread {
            hasVanished = hasVanished || fuzz_thread_heap(other) != 0
            fuzz_thread_reset(other)
            ending.remove(other)
        }
    }

    mutating func failKernel(_ input: inout Input) {
        let (after, count) = (input.below(16), input.below(16))
        Trace.say("the kernel refuses \(count) calls after \(after)")
        fuzz_kernel_fails(UInt32(after), UInt32(count))
    }

    func passTime(_ input: inout Input) { fuzz_time_passes(UInt64(input.byte()) * 4) }

    func collect(_ input: inout Input) {
        switch input.below(4) {
        case 0: bw_api_collect(false)
        case 1: bw_api_collect(true)
        case 2: _ = bw_abi_malloc_trim(0)
        default: expect(bw_api_check_heap() == 0, "check_heap finds damage")
        }
    }

    func ask(_ input: inout Input) {
        _ = bw_abi_malloc_info(0, nil)
        if Recording.isOn {
            let isWritten = unsafe bw_api_write_profile("/dev/null")
            expect(isWritten || hasFailures, "write_profile")
        }
        let info = bw_abi_mallinfo2()
        expect(info.uordblks >= 0 && info.arena >= 0, "mallinfo2")
        let byteCount = input.size()
        let good = UInt(bitPattern: bw_api_good_size(Int(bitPattern: byteCount)))
        expect(good >= byteCount, "good_size(\(byteCount)) = \(good)")
        guard books.count != 0 else { return }
        let block = books[input.below(books.count)]
        let offset = block.extent == 0 ? 0 : input.word16() % block.extent
        expect(unsafe bw_api_owns((block.address + offset).pointer), "owns(\(hex(block.address)) + \(offset))")
        let usable = unsafe UInt(bw_abi_malloc_usable_size(block.address.pointer))
        expect(usable == block.extent || block.extent < usable && usable == 1, "usable size changed to \(usable)")
    }

    /// memcpy, memmove, memset within what two blocks have.
    mutating func copy(_ input: inout Input) {
        guard books.count != 0 else { return }
        let (to, from) = (input.below(books.count), input.below(books.count))
        let room = min(books[to].extent, books[from].extent)
        let count = Int(room == 0 ? 0 : input.word16() % (room + 1))
        let (target, source) = (books[to].address, books[from].address)
        switch input.below(4) {
        case 0: _ = bw_abi_memcpy(target.bits, source.bits, count)
        case 1: _ = bw_abi_mempcpy(target.bits, source.bits, count)
        case 2: _ = bw_abi_memset(target.bits, 0x5A, count)
        default: return copyStrings(to, from, UInt(count))
        }
        if count != 0 { books.refill(to) }
    }

    /// What must fail, and change nothing.
    func refuse(_ input: inout Input) {
        var result: UnsafeMutableRawPointer?
        switch input.below(4) {
        case 0: expect(unsafe bw_abi_calloc(1 << 33, 1 << 33) == nil && errno == ENOMEM, "calloc of 2^66 bytes")
        case 1: expect(unsafe bw_abi_reallocarray(nil, 1 << 33, 1 << 33) == nil, "reallocarray of 2^66 bytes")
        case 2:
            let alignment = [3, 12, 0, 4][input.below(4)]
            let error = unsafe bw_abi_posix_memalign(&result, alignment, 8)
            expect(error == EINVAL, "posix_memalign to \(alignment) returned \(error)")
        default: bw_abi_free(nil)
        }
    }

    func checkAll(probesGuards: Bool) {
        Consistency.check(books, probesGuards: probesGuards, hasFailures: hasFailures)
    }

    /// Frees what there is, ends all threads; after that nothing may be left.
    mutating func finish() {
        while books.count != 0 { deallocate(books.count - 1, Ender.legal(for: books[books.count - 1])[0]) }
        expectSilence()
        for thread in 0..<UInt32(FUZZ_THREAD_COUNT) {
            fuzz_thread_switch(thread)
            if !ending.contains(thread) { bw_life_thread_end() }
        }
        bw_api_collect(true)
        expectSilence()
        guard !hasFailures, !hasVanished else { return }
        let statistics = Allocator.shared.pointee.statistics()
        // The heap that ending threads share stays; without states its blocks that wait on a threadFree count as used.
        let isShared = Allocator.shared.pointee.fallbackHeap != nil
        expect(statistics.hugeCount == 0, "\(statistics.hugeCount) huge blocks are left")
        expect(
            statistics.usedCount == 0 || (isShared && !Variant.doubleFreeDetection),
            "\(statistics.usedCount) blocks are left")
        expect(isShared || statistics.freeCount == 0, "\(statistics.freeCount) free blocks are left in pages")
    }
}
