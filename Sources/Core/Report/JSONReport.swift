// A report for programs: one JSON object on one line. The fields are described in Core.docc/Reports.md; they are added to,
// never changed.

import CBulwark

extension ReportText {
    /// `"name":`, with a comma before it but for the first.
    mutating func append(key: StaticString, isFirst: Bool = false) {
        append(isFirst ? "\"" : ",\"")
        append(key)
        append("\":")
    }

    mutating func append(key: StaticString, _ text: StaticString) {
        append(key: key)
        append("\"")
        append(text)
        append("\"")
    }

    mutating func append(key: StaticString, _ address: Address) {
        append(key: key)
        append("\"")
        append(address)
        append("\"")
    }

    mutating func append(key: StaticString, _ number: UInt) {
        append(key: key)
        append(decimal: number)
    }

    /// The object up to its frames.
    mutating func appendOpening(_ event: Event, variant: StaticString) {
        appendOpening(variant: variant)
        append(key: "violation", event.violation.identifier)
        append(key: "message")
        append("\"")
        append(event.line, .json)
        append("\"")
        append(key: "address", event.address)
        switch event.subject {
        case .foreign: append(key: "subject", "foreign")
        case .block(let byteCount):
            append(key: "subject", "block")
            append(key: "byte_count", byteCount)
        case .sized(let byteCount, let claimed):
            append(key: "subject", "block")
            append(key: "byte_count", byteCount)
            append(key: "claimed_byte_count", claimed)
        case .mismatched(let byteCount, let maker, let ender):
            append(key: "subject", "block")
            append(key: "byte_count", byteCount)
            append(key: "allocated_by", maker)
            append(key: "deallocated_by", ender)
        case .misaligned(let byteCount, let alignment, let claimed):
            append(key: "subject", "block")
            append(key: "byte_count", byteCount)
            append(key: "alignment", alignment)
            append(key: "claimed_alignment", claimed)
        case .inside(let byteCount):
            append(key: "subject", "inside")
            append(key: "byte_count", byteCount)
        }
        if let damage = event.damage {
            append(key: "damage")
            append("{\"address\":\"")
            append(damage.address)
            append("\"")
            append(key: "expected", UInt(damage.expected))
            append(key: "found", UInt(damage.found))
            append("}")
        }
        appendProcess()
        append(key: "thread", UInt(event.thread))
    }

    /// What every object begins with: the form of its fields, and who wrote it.
    mutating func appendOpening(variant: StaticString) {
        append("{")
        append(key: "schema", isFirst: true)
        append("1")
        append(key: "version", Version.text)
        append(key: "variant", variant)
    }

    /// Whose report it is.
    mutating func appendProcess() {
        append(key: "process", UInt(bw_os_process_id()))
        append(key: "program")
        append("\"")
        Module.appendProgramPath(to: &self, .json)
        append("\"")
    }

    /// - Parameter unwinder: where they come from: `libunwind`, `frames` or `off`.
    mutating func append<Reader: MemoryReader>(
        detection frames: borrowing Backtrace, unwinder: StaticString, _ reader: inout Reader
    ) {
        append(key: "unwinder", unwinder)
        append(key: "frames")
        append(jsonFrames: frames, &reader)
    }

    mutating func append<Reader: MemoryReader>(_ history: BlockHistory, _ reader: inout Reader) {
        append(key: "block")
        append("{\"start\":\"")
        append(history.start)
        append("\"")
        append(key: "byte_count", history.byteCount)
        append("}")
        if history.freeingThread != 0 {
            append(key: "deallocated", history.freeingThread, history.deallocation.backtrace, &reader)
        }
        if history.allocatingThread != 0 {
            append(key: "allocated", history.allocatingThread, history.allocation.backtrace, &reader)
        }
    }

    mutating func appendClosing() { append("}\n") }

    private mutating func append<Reader: MemoryReader>(
        key: StaticString, _ thread: UInt32, _ frames: borrowing Backtrace, _ reader: inout Reader
    ) {
        append(key: key)
        append("{\"thread\":")
        append(decimal: UInt(thread))
        append(key: "frames")
        append(jsonFrames: frames, &reader)
        append("}")
    }

    mutating func append<Reader: MemoryReader>(jsonFrames frames: borrowing Backtrace, _ reader: inout Reader) {
        append("[")
        for index in 0..<frames.count {
            let address = frames[index]
            let call = address - 1
            append(index == 0 ? "{\"address\":\"" : ",{\"address\":\"")
            append(address)
            append("\"")
            if let module = Module(covering: call, &reader) {
                append(key: "module")
                append("\"")
                module.appendPath(to: &self, .json, &reader)
                append("\"")
                append(key: "offset", Address(module.offset(of: address)))
                if let symbol = SymbolTable(of: module, &reader)?.symbol(covering: call, &reader) {
                    append(key: "symbol")
                    append("\"")
                    append(stringAt: symbol.name, .json, &reader)
                    append("\"")
                    append(key: "symbol_offset", symbol.offset + 1)
                }
            }
            append("}")
        }
        append("]")
    }
}
