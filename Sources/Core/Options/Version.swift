// The version, in one place.

enum Version {
    /// Semantic versioning, as `bw_version()` returns it.
    static var text: StaticString { "0.1.0" }
}
