// Where the core raises violations: here the variant's flags meet the reporter, which knows none.

extension Report {
    /// Reports a violation; then the process ends, or this returns and the caller goes on without harm, as the option
    /// `on_violation` says. Any thread.
    /// - Parameters:
    ///   - history: who allocated and freed the block, where that was kept.
    ///   - fault: the access, if a guard stopped it.
    ///   - damage: the first wrong byte, if it is known and may be said.
    @inline(never) static func violation(
        _ violation: Violation, at address: Address, _ subject: Subject, history: BlockHistory? = nil,
        fault: Fault? = nil, damage: DamagedByte? = nil
    ) {
        let event = Event(
            violation: violation, address: address, subject: subject, thread: CurrentThread.id, history: history,
            fault: fault, damage: damage)
        raise(event, for: Variant.self)
    }

    /// Reports what is wrong but breaks nothing, and goes on.
    @inline(never) static func harmless(_ violation: Violation, at address: Address, _ subject: Subject) {
        var event = Event(
            violation: violation, address: address, subject: subject, thread: CurrentThread.id, history: nil)
        event.isHarmless = true
        raise(event, for: Variant.self)
    }
}
