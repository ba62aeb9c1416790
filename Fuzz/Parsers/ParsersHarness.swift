// Harness (d), the core's part: what it reads that others wrote. Texts end right before memory that nobody may read. (The command's
// readers: Fuzz/Command.)

import CBulwark
import CFuzz
import Glibc

/// The first byte chooses the reader.
enum ParsersHarness {
    static func run(_ input: inout Input) {
        switch input.byte() % 4 {
        case 0: parseOptions(input.rest(), .environment)
        case 1: parseOptions(input.rest(), .exceptions(line: 7))
        case 2: applyExceptions(input.rest())
        default: readSymbols(&input)
        }
    }

    /// The end of a page of memory, behind which an inaccessible one lies.
    private static let edge: UInt = {
        let byteCount = 17 * Int(Unit.osPage)
        let memory = UInt(
            bitPattern: unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        let edge = memory + 16 * Unit.osPage
        precondition(unsafe mprotect(Address(edge).pointer, Int(Unit.osPage), PROT_NONE) == 0)
        return edge
    }()

    /// A text that ends at the edge, as far as there is room.
    private static func text(_ bytes: [UInt8]) -> OptionText {
        let count = min(bytes.count, 16 * Int(Unit.osPage))
        let start = Address(edge - UInt(count))
        for index in 0..<count { unsafe (start + UInt(index)).storeByte(bytes[index]) }
        return unsafe OptionText(UnsafePointer(start.pointer.assumingMemoryBound(to: CChar.self)), byteCount: count)
    }

    /// What a part `name=value` of the environment's list means, read once more, in another way.
    private static func expectedValue(_ option: Option, _ value: [UInt8]) -> UInt? {
        let text = String(decoding: value, as: UTF8.self)
        let isNumber = !value.isEmpty && value.count <= 9 && value.allSatisfy { (48...57).contains($0) }
        switch option.row.kind {
        case .number(let least, let most):
            return isNumber ? UInt(text).flatMap { (least...most).contains($0) ? $0 : nil } : nil
        case .toggle: return value == [48] ? 0 : value == [49] ? 1 : nil
        case .choice(let names):
            return "\(names)".split(separator: "|").firstIndex { Array($0.utf8) == value }.map { UInt($0) }
        case .path:
            let isPath = (2...511).contains(value.count) && value[0] == 47 && value.allSatisfy { $0 >= 32 }
            return isPath ? UInt(value.count) : nil
        }
    }

    private static func parseOptions(_ bytes: [UInt8], _ source: OptionSource) {
        var options = Options()
        var warnings = 0
        var parser = OptionParser(Variant.mechanisms)
        parser.parse(text(bytes), source, into: &options) { warning in
            warnings += 1
            expect(warning.byteCount > 20, "a warning that says nothing")
        }
        var expected = [UInt?](repeating: nil, count: Option.count)
        var bad = 0
        var wantsHelp = false
        for part in bytes.split(separator: 58, omittingEmptySubsequences: true) {
            let name = part.prefix { $0 != 61 }
            if case .environment = source, Array(name) == Array("help".utf8) {
                wantsHelp = true
                continue
            }
            let option = (0..<Option.count).compactMap(Option.init(rawValue:)).first {
                "\($0.name)".utf8.elementsEqual(name)
            }
            if let option, let value = expectedValue(option, Array(part.dropFirst(name.count + 1))) {
                expected[option.rawValue] = value
                if let needs = option.row.needs, !Variant.mechanisms.contains(needs) { bad += 1 }
            } else {
                bad += 1
            }
        }
        expect(warnings == bad, "\(warnings) warnings of \(bad) bad parts")
        expect(parser.wantsHelp == wantsHelp, "help")
        Option.forEach { option in
            let value = expected[option.rawValue] ?? option.defaultValue
            expect(options[option] == value, "\(option.name) is \(options[option]), not \(value)")
        }
    }

    /// The file of exceptions, for a program whose name the text begins with, up to a byte 0.
    private static func applyExceptions(_ bytes: [UInt8]) {
        let name = Array(bytes.prefix { $0 != 0 }.prefix(200))
        let rest = Array(bytes.dropFirst(name.count + 1))
        let path = name.map { CChar(bitPattern: $0) } + [0]
        unsafe path.withUnsafeBufferPointer { path in
            guard let start = path.baseAddress else { return }
            let program = unsafe OptionText(start, byteCount: name.count)
            var options = Options()
            var warnings = 0
            var parser = OptionParser(Variant.mechanisms)
            ExceptionsFile.apply(text(rest), program: program, &parser, to: &options) { _ in warnings += 1 }
            let lines = rest.split(separator: 10)
            expect(warnings <= lines.count, "more warnings than lines")
            // A line takes effect only if it begins like the program's path.
            let isMeant = lines.contains { line in
                let line = line.drop { [32, 9, 13].contains($0) }
                return line.first == 47 && (name.starts(with: line.prefix { ![32, 9, 13, 42].contains($0) }))
            }
            guard !isMeant else { return }
            Option.forEach { expect(options[$0] == $0.defaultValue, "\($0.name) is another program's") }
        }
    }

    /// The dynamic symbols of libc, with some of the words that are read changed.
    private static func readSymbols(_ input: inout Input) {
        let address = Address(UInt(bitPattern: unsafe dlsym(nil, "qsort")) + UInt(input.below(64)))
        var reader = CorruptedMemory(&input)
        guard let module = Module(covering: address, &reader), let table = SymbolTable(of: module, &reader),
            let found = table.symbol(covering: address, &reader)
        else { return }
        var text = TextBuffer()
        text.append(found.name)
        // The name's bytes are read as any other, until one cannot be had.
        for offset in 0..<UInt(64) { if reader.byte(at: found.name + offset) ?? 0 == 0 { break } }
    }
}

/// Real memory, but for some words: what a program that went wild leaves of a library's tables.
struct CorruptedMemory: MemoryReader {
    private var pages = ReadablePages()
    private var count = 0
    /// Which reads are wrong, by their number, and how.
    private var changes: [Int: UInt] = [:]
    /// What cannot be read from there on.
    private let most: Int

    init(_ input: inout Input) {
        most = input.byte() & 1 == 0 ? .max : Int(input.word16())
        for _ in 0..<input.below(24) {
            changes[Int(input.byte() & 1 == 0 ? UInt(input.below(64)) : input.word16())] =
                input.word32() << UInt(input.below(33))
        }
    }

    /// Nobody unwinds with it.
    static var load: bw_load { { _, _, _ in false } }

    mutating func word(at address: Address) -> UInt? {
        count += 1
        guard count < most, count < 200_000, let word = pages.word(at: address) else { return nil }
        return word ^ (changes[count] ?? 0)
    }
}
