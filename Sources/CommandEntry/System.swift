// What the system is asked through C by more than one of this project's programs, with the pointers that it takes.

import Foundation

public enum System {
    /// True for a folder, false for anything else; nil if nothing is there.
    public static func isFolder(_ path: String) -> Bool? {
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists ? isFolder.boolValue : nil
    }

    /// Becomes another program: `execve(2)`.
    /// - Parameter words: what the program is given, its name first.
    /// - Throws: Failure; it does not return otherwise.
    public static func become(_ path: String, _ words: [String], _ environment: [String: String]) throws -> Never {
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        unsafe execve(path, arguments, variables)
        throw Failure(description: "cannot run '\(path)': \(unsafe String(cString: strerror(errno)))")
    }
}
