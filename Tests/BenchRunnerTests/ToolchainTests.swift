// Where Scudo is looked for, in made-up toolchains.

import Foundation
import Testing

@testable import bulwark_bench

@Suite struct ToolchainTests {
    /// A folder with these files, given to the body and removed afterwards.
    private func withToolchain(_ files: [String], _ body: (URL) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "bulwark-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        for file in files {
            let place = root.appending(path: file)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: place)
        }
        try body(root)
    }

    @Test func theNewestClangIsTaken() throws {
        let library = "lib/linux/libclang_rt.scudo_standalone-x86_64.so"
        try withToolchain(["usr/lib/clang/9/\(library)", "usr/lib/clang/21/\(library)"]) { root in
            let found = Toolchain.scudo(besides: root.appending(path: "usr/lib/swift"))
            #expect(found?.path.hasSuffix("/usr/lib/clang/21/\(library)") == true)
        }
    }

    @Test func theOtherLayoutIsFoundToo() throws {
        let library = "lib/x86_64-unknown-linux-gnu/libclang_rt.scudo_standalone.so"
        try withToolchain(["usr/lib/clang/22/\(library)"]) { root in
            #expect(Toolchain.scudo(besides: root.appending(path: "usr/lib/swift")) != nil)
            #expect(Toolchain.scudo(besides: root.appending(path: "elsewhere/swift")) == nil)
        }
    }

    @Test func theCompilersAnswerIsRead() {
        let answer = #"{"target": {}, "paths": {"runtimeResourcePath": "/opt/swift/usr/lib/swift"}}"#
        #expect(Toolchain.resources(in: Data(answer.utf8))?.path == "/opt/swift/usr/lib/swift")
        #expect(Toolchain.resources(in: Data("error".utf8)) == nil)
    }
}
