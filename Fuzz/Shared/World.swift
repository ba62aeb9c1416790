// An allocator that has just come to life, for one input: the library's own, with its exported functions, in a world whose every
// answer depends on the input alone (CFuzz/world.c).

import CBulwark
import CFuzz
import Glibc

enum World {
    /// Runs `body` in a process-wide allocator that nobody has used. Four bytes of the input choose how it is set up.
    static func run(_ input: inout Input, _ body: (inout Input) -> Void) {
        let seed = UInt64(input.byte())
        let (mechanisms, sampling, times) = (input.byte(), input.byte(), input.byte())
        fuzz_world_begin(seed)
        ReportReader.reset()
        setOptions(mechanisms, sampling, times)
        let allocator = Allocator.shared
        allocator.pointee.hasReadOptions = true
        expect(Allocator.start(allocator), "the allocator does not start")
        if Variant.guardedCopies { bw_copies_start(allocator.pointee.pageMap.baseAddress.bits) }
        Recording.start()
        body(&input)
        fuzz_world_end()
    }

    private static let nowhere = unsafe open("/dev/null", O_WRONLY)

    /// - Parameters:
    ///   - mechanisms: bit 0: guards by mprotect; 1: with a small budget; 2: where the variant can, blocks' stacks are kept;
    ///     3: reports as JSON too; 4, 5: the side on which samples touch a guard.
    ///   - sampling: 0…127: none, else one allocation in 1 … 16 is sampled, in 4 … 32 slots.
    ///   - times: the purge delay is 0 ms, 10 ms or so long that it never ends.
    private static func setOptions(_ mechanisms: UInt8, _ sampling: UInt8, _ times: UInt8) {
        let options = Options.process
        options.pointee[.onViolation] = ViolationPolicy.report.rawValue
        options.pointee[.reportDescriptor] = ReportReader.descriptor
        let keepsStacks = mechanisms & 4 != 0
        options.pointee[.unwinder] = (keepsStacks ? UnwinderChoice.frames : .off).rawValue
        options.pointee[.backtraceDepth] = 4
        options.pointee[.madviseGuards] = mechanisms & 1 == 0 ? 1 : 0
        options.pointee[.guardBudget] = mechanisms & 2 == 0 ? 16_000 : 20
        options.pointee[.jsonDescriptor] = mechanisms & 8 == 0 ? 0 : UInt(nowhere)
        options.pointee[.sampleSide] = UInt(mechanisms >> 4 & 3) % 3
        options.pointee[.sampleRate] = sampling < 128 ? 0 : 1 + UInt(sampling & 15)
        options.pointee[.sampleSlots] = 4 << UInt(sampling >> 4 & 3)
        options.pointee[.purgeDelay] = [0, 10, 3_600_000][Int(times) % 3]
    }
}
