// Where libFuzzer, or AFL++'s driver, comes in: one program a variant, in which BULWARK_FUZZ_HARNESS names the harness.

import Glibc

/// The harnesses, each in the folder of its name.
enum Harness: String, CaseIterable {
    case operations, misuse, metadata, parsers

    static let current: Harness = {
        let name = unsafe getenv("BULWARK_FUZZ_HARNESS").map { unsafe String(cString: $0) } ?? ""
        guard let harness = Harness(rawValue: name) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            Trace.write("BULWARK_FUZZ_HARNESS is '\(name)'; accepted: \(names)")
            exit(2)
        }
        return harness
    }()

    func run(_ input: inout Input) {
        switch self {
        case .operations: World.run(&input) { OperationsHarness.run(&$0) }
        case .misuse: World.run(&input) { MisuseHarness.run(&$0) }
        case .metadata: World.run(&input) { MetadataHarness.run(&$0) }
        case .parsers: ParsersHarness.run(&input)
        }
    }
}

@c public func LLVMFuzzerInitialize(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>
) -> Int32 {
    _ = Harness.current
    return 0
}

@c public func LLVMFuzzerTestOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = unsafe Input(UnsafeBufferPointer(start: bytes, count: count))
    Harness.current.run(&input)
    return 0
}
