// A report for people, in the grammar that readers of GWP-ASan's and AddressSanitizer's reports know.

extension ReportText {
    /// `  #0 0x… (/path/of/module+0x…) [function+0x…]`, a line each; what is not known is left out.
    mutating func append<Reader: MemoryReader>(frames: borrowing Backtrace, _ reader: inout Reader) {
        for index in 0..<frames.count {
            let address = frames[index]
            append("  #")
            append(decimal: UInt(index))
            append(" ")
            append(address)
            // The call's own line and function: the return address may be another one's.
            let call = address - 1
            if let module = Module(covering: call, &reader) {
                append(" (")
                module.appendPath(to: &self, .line, &reader)
                append("+")
                append(Address(module.offset(of: address)))
                append(")")
                if let symbol = SymbolTable(of: module, &reader)?.symbol(covering: call, &reader) {
                    append(" [")
                    append(stringAt: symbol.name, .line, &reader)
                    append("+")
                    append(Address(symbol.offset + 1))
                    append("]")
                }
            } else {
                append(" (<unknown module>)")
            }
            append(byte: 10)
        }
    }

    /// `<what> by thread N here<how>:` and the frames.
    mutating func append<Reader: MemoryReader>(
        section what: StaticString, thread: UInt32, how: StaticString = "", _ frames: borrowing Backtrace,
        _ reader: inout Reader
    ) {
        append(what)
        append(" by thread ")
        append(decimal: UInt(thread))
        append(" here")
        append(how)
        append(":\n")
        append(frames: frames, &reader)
    }

    /// Where the block of an event is, who freed and who allocated it.
    mutating func append<Reader: MemoryReader>(_ history: BlockHistory, of event: Event, _ reader: inout Reader) {
        if let fault = event.fault { append(fault.isWrite ? "write at " : "read at ") }
        let address = event.fault?.address ?? event.address
        append(address)
        append(" is ")
        let distance = address.offset(from: history.start)
        if address.bits < history.start.bits {
            append(decimal: history.start.offset(from: address))
            append(" bytes before a ")
        } else if distance < history.byteCount {
            append(decimal: distance)
            append(" bytes into a ")
        } else {
            append(decimal: distance - history.byteCount)
            append(" bytes behind a ")
        }
        append(decimal: history.byteCount)
        append("-byte block at ")
        append(history.start)
        append(byte: 10)
        if history.freeingThread != 0 {
            append(section: "deallocated", thread: history.freeingThread, history.deallocation.backtrace, &reader)
        }
        if history.allocatingThread != 0 {
            append(section: "allocated", thread: history.allocatingThread, history.allocation.backtrace, &reader)
        }
    }

    mutating func appendEnd() { append("*** End of Bulwark report ***\n") }
}
