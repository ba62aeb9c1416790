// Reading the options: once, from the environment where there is one, into the allocator's settings.

import CBulwark
import Glibc
import Testing

@Suite struct AllocatorOptionsTests {
    /// Exit tests, because the environment is the whole process's.
    @Test func fromTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            setOptions("purge_delay=7:on_violation=trap:report_file=/x")
            let allocator = TestAllocator.make()
            precondition(allocator.pointee.options[.purgeDelay] == 7)
            precondition(allocator.pointee.arena.purgeDelay == 7)
            precondition(allocator.pointee.options.onViolation == .trap)
            // Read once: what the program does to its environment later has no effect.
            setOptions("purge_delay=8")
            TestAllocator.load(allocator)
            precondition(allocator.pointee.options[.purgeDelay] == 7)
        }
    }

    /// The first allocation before libc has an environment: the defaults, then, at load, the options.
    @Test func fromTheEnvironmentAtLoad() async {
        await #expect(processExitsWith: .success) {
            clearenv()
            let allocator = TestAllocator.make()
            precondition(allocator.pointee.options[.purgeDelay] == Option.purgeDelay.defaultValue)
            precondition(!allocator.pointee.hasReadOptions)
            setOptions("purge_delay=7")
            TestAllocator.load(allocator)
            precondition(allocator.pointee.options[.purgeDelay] == 7)
            precondition(allocator.pointee.arena.purgeDelay == 7)
        }
    }

    /// A program that emptied its environment before it opened the library.
    @Test func withoutEnvironment() async {
        await #expect(processExitsWith: .success) {
            clearenv()
            let allocator = TestAllocator.make()
            TestAllocator.load(allocator)
            precondition(allocator.pointee.isSealed)
            precondition(allocator.pointee.options[.purgeDelay] == Option.purgeDelay.defaultValue)
        }
    }

    @Test func nextAllocatorIsLookedForOnRequest() {
        for policy in [ForeignPointerPolicy.auto, .report, .ignore, .forward] {
            let allocator = TestAllocator.make { $0[.foreignPointers] = policy.rawValue }
            var lookups = 0
            Allocator.load(allocator) {
                lookups += 1
                return bw_next_allocator()
            }
            verify(lookups == (policy == .forward ? 1 : 0), "\(policy)")
        }
    }
}

private func setOptions(_ text: String) {
    let result = unsafe setenv("BULWARK_OPTIONS", text, 1)
    precondition(result == 0)
}
