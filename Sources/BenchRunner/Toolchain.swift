// What is taken from the Swift toolchain: LLVM's Scudo, which lies in the compiler's own runtime folder.

import Foundation

enum Toolchain {
    /// The Scudo of the toolchain whose swiftc is in PATH; nil if there is none.
    static func scudo() -> URL? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Asked, not guessed from PATH: what lies there may be a wrapper that chooses among toolchains.
        process.arguments = ["swiftc", "-print-target-info"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return resources(in: answer).flatMap { scudo(besides: $0) }
    }

    /// The folder `…/usr/lib/swift` in the compiler's description of its target.
    static func resources(in answer: Data) -> URL? {
        struct Answer: Decodable {
            struct Paths: Decodable { let runtimeResourcePath: String }
            let paths: Paths
        }
        return (try? JSONDecoder().decode(Answer.self, from: answer)).map {
            URL(fileURLWithPath: $0.paths.runtimeResourcePath)
        }
    }

    /// The newest clang's Scudo in the folder `clang` beside the compiler's resources, in either of LLVM's layouts.
    static func scudo(besides resources: URL) -> URL? {
        let clang = resources.deletingLastPathComponent().appending(path: "clang")
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: clang.path)) ?? [])
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
        let places = [
            "lib/linux/libclang_rt.scudo_standalone-x86_64.so",
            "lib/x86_64-unknown-linux-gnu/libclang_rt.scudo_standalone.so",
        ]
        return versions.flatMap { version in places.map { clang.appending(path: "\(version)/\($0)") } }
            .first { FileManager.default.isReadableFile(atPath: $0.path) }
    }
}
