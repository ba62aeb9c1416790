// What libunwind found out about a call, remembered: a sample then costs a microsecond, not a hundred. Any thread, without
// a lock.

import CBulwark
import Synchronization

/// How to get from a call to its caller's call. Depends on nothing but the return address, in all code but the oddest.
struct UnwindRule: Equatable {
    let bits: UInt

    private enum Kind: UInt {
        case unknown, end, fromFrame, fromStack
    }

    private var kind: Kind { Kind(rawValue: bits & 3) ?? .unknown }

    init(bits: UInt) { self.bits = bits }

    /// There is no caller.
    static var end: UnwindRule { UnwindRule(bits: Kind.end.rawValue) }

    /// How often no rule could be told, for an address that has none yet.
    private var failureCount: UInt { kind == .unknown ? bits >> 2 : 0 }
    /// After one more failure; after 64 walks end there: to ask each time costs more than all else.
    var afterFailure: UnwindRule { failureCount < 63 ? UnwindRule(bits: (failureCount + 1) << 2) : .end }
    /// It says how to go on.
    var isKnown: Bool { kind != .unknown }

    /// What one step shows.
    /// - Parameters:
    ///   - frameSaved: where the caller's frame pointer lay; 0 if it did not change.
    /// - Returns: nil if the step does not follow a rule that can be told: a signal's frame, or a realigned stack.
    init?(from call: bw_registers, to caller: bw_registers, frameSaved: UInt) {
        if frameSaved == call.frame, caller.stack == call.frame &+ 16 {
            // The function keeps a frame pointer: whatever its stack pointer does, this holds.
            bits = Kind.fromFrame.rawValue
            return
        }
        let height = caller.stack &- call.stack
        guard height >= 8, height <= 4 << 20, height % 8 == 0 else { return nil }
        // How far below the caller's stack pointer the frame pointer was saved; 0: it was not.
        var depth: UInt = 0
        if frameSaved != 0 {
            depth = caller.stack &- frameSaved
            guard depth >= 8, depth <= height, depth % 8 == 0 else { return nil }
        } else if caller.frame != call.frame {
            return nil
        }
        bits = Kind.fromStack.rawValue | height << 2 | depth << 30
    }

    /// The caller's registers.
    /// - Returns: nil if there is no caller, or memory does not have it.
    func apply<Reader: MemoryReader>(to call: bw_registers, _ reader: inout Reader) -> bw_registers? {
        switch kind {
        case .unknown, .end: return nil
        case .fromFrame:
            let frame = Address(call.frame)
            guard frame.isAligned(to: 8), let next = reader.word(at: frame),
                let instruction = reader.word(at: frame + 8)
            else { return nil }
            return bw_registers(instruction: instruction, stack: (frame + 16).bits, frame: next)
        case .fromStack:
            let height = bits >> 2 & 0xff_ffff
            let depth = bits >> 30 & 0xff_ffff
            let stack = Address(call.stack) + height
            guard stack.isAligned(to: 8), let instruction = reader.word(at: stack - 8) else { return nil }
            var next = call.frame
            if depth != 0 {
                guard let saved = reader.word(at: stack - depth) else { return nil }
                next = saved
            }
            return bw_registers(instruction: instruction, stack: stack.bits, frame: next)
        }
    }
}

/// A table from return addresses to rules. Valid, and empty, when zero-initialised.
///
/// An entry is two words, the rule and (address ⊕ rule): one that two threads wrote at once matches no address (R. Hyatt and
/// T. Mann, "A lock-less transposition table implementation", 2002). A rule that outlives its library gives a wrong sample at
/// worst: all memory is read with care.
struct UnwindRules: ~Copyable {
    private struct Entry: ~Copyable {
        let key = Atomic<UInt>(0)
        let rule = Atomic<UInt>(0)
    }

    private let first = Entry()

    static var shared: Ref<UnwindRules> { unsafe Ref(at: Address(bw_unwind_rules())) }

    private static var count: UInt { UInt(BW_UNWIND_RULES_BYTES) / 16 }

    private func entry(for address: UInt) -> Ref<Entry> {
        // Fibonacci hashing: the upper 16 bits of the product.
        let index = (address &* 0x9E37_79B9_7F4A_7C15) >> 48
        return unsafe withUnsafePointer(to: self) {
            unsafe Ref(at: Address(UnsafeRawPointer($0)) + index % Self.count * 16)
        }
    }

    subscript(address: UInt) -> UnwindRule? {
        get {
            let entry = entry(for: address)
            let rule = entry.pointee.rule.load(ordering: .relaxed)
            guard rule != 0, entry.pointee.key.load(ordering: .relaxed) ^ rule == address else { return nil }
            return UnwindRule(bits: rule)
        }
        nonmutating set {
            guard let rule = newValue else { return }
            let entry = entry(for: address)
            entry.pointee.rule.store(rule.bits, ordering: .relaxed)
            entry.pointee.key.store(address ^ rule.bits, ordering: .relaxed)
        }
    }

    /// Collects callers by the rules, and by libunwind, which must be open, where there is none yet.
    func walk<Reader: MemoryReader>(
        _ start: bw_registers, _ reader: inout Reader, into backtrace: inout Backtrace, depth: Int
    ) {
        var registers = start
        while true {
            let instruction = registers.instruction
            backtrace.append(Address(instruction))
            guard backtrace.count < depth, !backtrace.isFull else { return }
            guard instruction >= Unit.osPage, instruction >> 47 == 0 else { return }
            if let rule = self[instruction], rule.isKnown {
                guard let next = rule.apply(to: registers, &reader) else { return }
                registers = next
            } else {
                guard ask(&registers, &reader) else { return }
            }
        }
    }

    /// One step by libunwind, whose rule is remembered.
    private func ask<Reader: MemoryReader>(_ registers: inout bw_registers, _ reader: inout Reader) -> Bool {
        let call = registers
        var frameSaved: UInt = 0
        let load = unsafe Reader.load
        let result = unsafe withUnsafeMutablePointer(to: &reader) {
            unsafe bw_unwind_step(&registers, load, $0, &frameSaved)
        }
        guard result > 0 else {
            // Also where it cannot be told, as in code that was made at run time: to ask each time costs more than all else.
            self[call.instruction] = .end
            return false
        }
        if let rule = UnwindRule(from: call, to: registers, frameSaved: frameSaved),
            // The rule must give what it was made from.
            let again = rule.apply(to: call, &reader), again.instruction == registers.instruction,
            again.stack == registers.stack, again.frame == registers.frame
        {
            self[call.instruction] = rule
        } else {
            self[call.instruction] = (self[call.instruction] ?? UnwindRule(bits: 0)).afterFailure
        }
        return true
    }
}
