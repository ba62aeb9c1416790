// The trace of operations: one a process, so each test is a process of its own.

import CBulwark
import Foundation
import Testing

@Suite struct OperationTraceTests {
    @Test func aLineEach() async {
        guard Variant.blockStacks else { return }
        await #expect(processExitsWith: .success) {
            precondition(!OperationTrace.isOn)
            OperationTrace.start()
            precondition(!OperationTrace.isOn, "the option names no file")
            let path = tracePath("a")
            OperationTrace.start()
            precondition(OperationTrace.isOn)
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            guard let block = heap.pointee.allocate(100), let (_, record) = allocator.pointee.recorded(block) else {
                preconditionFailure()
            }
            record.pointee.noteAllocation(0, thread: 1, AllocationOrigin(.aligned), byteCount: 100)
            OperationTrace.noteAllocation(of: block, in: allocator)
            OperationTrace.noteDeallocation(of: block, in: allocator)
            OperationTrace.noteDeallocation(of: Address(16), in: allocator)
            let lines = flushed(path)
            precondition(lines.count == 3, "\(lines)")
            let place = "0x" + String(block.bits, radix: 16)
            let thread = String(CurrentThread.rememberedID)
            precondition(lines.allSatisfy { $0[1] == thread && isTime($0[0]) }, "\(lines)")
            precondition(lines[0].dropFirst(2) == ["+", place, "100", "aligned_alloc", "0x0"], "\(lines)")
            precondition(lines[1].dropFirst(2) == ["-", place, "100", "0x0"], "\(lines)")
            precondition(lines[2].dropFirst(2) == ["-", "0x10", "?", "0x0"], "\(lines)")
        }
    }

    /// What the parent of a fork noted is the parent's; the child has a file of its own.
    @Test func children() async {
        guard Variant.blockStacks else { return }
        await #expect(processExitsWith: .success) {
            OperationTrace.resumeChild()
            precondition(!OperationTrace.isOn)
            let parents = tracePath("b")
            OperationTrace.start()
            let allocator = TestAllocator.make()
            OperationTrace.noteDeallocation(of: Address(16), in: allocator)
            let childs = tracePath("c")
            OperationTrace.resumeChild()
            OperationTrace.noteDeallocation(of: Address(32), in: allocator)
            let lines = flushed(childs)
            precondition(lines.count == 1 && lines[0][3] == "0x20", "\(lines)")
            precondition(!FileManager.default.fileExists(atPath: parents))
        }
    }
}

/// Names a file of this process's own by the option.
private func tracePath(_ name: String) -> String {
    let path = "/tmp/bulwark-trace-\(getpid())-\(name)"
    unsafe Options.process.pointee.setPath(.traceFile, path, byteCount: path.utf8.count)
    return path
}

/// The words of the lines in the file, which is gone then.
private func flushed(_ path: String) -> [[String]] {
    bw_trace_flush()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
}

/// Seconds, and nine digits of them.
private func isTime(_ word: String) -> Bool {
    let parts = word.split(separator: ".")
    return parts.count == 2 && UInt(parts[0]) != nil && parts[1].count == 9 && UInt(parts[1]) != nil
}
