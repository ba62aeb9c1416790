// Expectations as functions: `#expect` and `#require` take their expressions apart, which descriptors, not being
// copyable, do not allow, and which is slow a million times over.

import Testing

/// Records a failure, with the seed of the run, if the condition does not hold.
func verify(
    _ condition: Bool, _ message: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    if !condition { Issue.record("\(message()) [BULWARK_SEED=\(Seed.value)]", sourceLocation: sourceLocation) }
}

/// Records a broken invariant, if there is one.
func verify(invariants broken: String?, sourceLocation: SourceLocation = #_sourceLocation) {
    if let broken { Issue.record("\(broken) [BULWARK_SEED=\(Seed.value)]", sourceLocation: sourceLocation) }
}

/// A test that cannot go on.
struct RequirementFailed: Error {}

/// The value; the test ends with a failure if there is none.
func require<Value>(_ value: Value?, sourceLocation: SourceLocation = #_sourceLocation) throws -> Value {
    guard let value else {
        Issue.record("nothing there [BULWARK_SEED=\(Seed.value)]", sourceLocation: sourceLocation)
        throw RequirementFailed()
    }
    return value
}
