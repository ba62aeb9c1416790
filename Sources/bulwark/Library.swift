// Where the libraries are: beside this tool, as they are installed.

import Foundation

enum Library {
    /// The file name of a variant's library.
    static func name(_ variant: String) -> String {
        variant == "release" ? "libbulwark.so" : "libbulwark-\(variant).so"
    }

    /// Looks for a variant's library: in ../lib beside the tool, where Debian has libraries, then where swift build leaves
    /// them, beside it.
    static func find(_ variant: String) -> String? {
        let files = FileManager.default
        guard let tool = try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        let folder = URL(fileURLWithPath: tool).deletingLastPathComponent()
        let candidates = [
            folder.deletingLastPathComponent().appendingPathComponent("lib/\(name(variant))").path,
            folder.deletingLastPathComponent().appendingPathComponent("lib/x86_64-linux-gnu/\(name(variant))").path,
            folder.appendingPathComponent("libbulwark-\(variant).so").path,
        ]
        return candidates.first { files.isReadableFile(atPath: $0) }
    }
}
