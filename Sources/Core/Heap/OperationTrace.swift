// A trace of every allocation and free (option trace_file): a line each, in the order in which they were noted.
//
//     SECONDS THREAD + ADDRESS SIZE FUNCTION CALLER     an allocation, by malloc or aligned_alloc or their kin; a resized block too
//     SECONDS THREAD - ADDRESS SIZE CALLER              a free, or realloc's of the block that it takes the place of
//
// SECONDS are those of CLOCK_MONOTONIC; CALLER is the return address in who called the library, 0x0 if that is not remembered;
// SIZE is ? where no live block starts.

import CBulwark

enum OperationTrace {
    static var isOn: Bool { bw_trace_is_open() }

    /// Begins, if the option says so.
    static func start() {
        if let name = FileName(.traceFile) { unsafe name.withPath { unsafe bw_trace_open($0) } }
    }

    /// In the child of a fork, whose file may have another name.
    static func resumeChild() {
        if isOn, let name = FileName(.traceFile) { unsafe name.withPath { unsafe bw_trace_reset($0) } }
    }

    /// A block was handed out, and is remembered.
    static func noteAllocation(of block: Address, in allocator: Ref<Allocator>) {
        var line = opening(43, block, in: allocator)
        line.append(byte: 32)
        let record = allocator.pointee.recorded(block)?.record
        line.append(record.map { $0.pointee.origin.family.text } ?? "malloc")
        finish(&line, caller: record?.pointee.allocationStack ?? 0)
    }

    /// A block is about to be freed, and that is remembered.
    static func noteDeallocation(of block: Address, in allocator: Ref<Allocator>) {
        var line = opening(45, block, in: allocator)
        finish(&line, caller: allocator.pointee.recorded(block)?.record.pointee.deallocationStack ?? 0)
    }

    private static func opening(_ sign: UInt8, _ block: Address, in allocator: Ref<Allocator>) -> TextBuffer {
        var line = TextBuffer()
        let time = UInt(bw_trace_time())
        line.append(decimal: time / 1_000_000_000)
        line.append(".")
        var divisor: UInt = 100_000_000
        while divisor != 0 {
            line.append(byte: UInt8(48 + time / divisor % 10))
            divisor /= 10
        }
        line.append(byte: 32)
        line.append(decimal: UInt(CurrentThread.rememberedID))
        line.append(byte: 32)
        line.append(byte: sign)
        line.append(byte: 32)
        line.append(block)
        line.append(byte: 32)
        if let byteCount = allocator.pointee.liveByteCount(at: block) {
            line.append(decimal: byteCount)
        } else {
            line.append("?")
        }
        return line
    }

    private static func finish(_ line: inout TextBuffer, caller stack: UInt32) {
        let frames = StackDepot.shared.pointee.backtrace(stack).backtrace
        line.append(byte: 32)
        line.append(frames.count == 0 ? Address(0) : frames[0])
        line.append(byte: 10)
        unsafe line.withBytes { unsafe bw_trace_append($0, $1) }
    }
}
