import Glibc
import Testing

@Suite struct ReportFileTests {
    private func expanded(_ path: String) -> String {
        var name = FileName()
        unsafe path.withCString { unsafe name.append($0) }
        return unsafe name.withPath { unsafe String(cString: $0) }
    }

    @Test func processIDs() {
        let id = getpid()
        verify(expanded("/tmp/report") == "/tmp/report")
        verify(expanded("/tmp/%p") == "/tmp/\(id)")
        verify(expanded("/tmp/%p/a-%p.json") == "/tmp/\(id)/a-\(id).json")
        verify(expanded("/tmp/100%") == "/tmp/100%")
        verify(expanded("/tmp/%%p%") == "/tmp/%\(id)%")
    }

    /// The longest path that the options accept, made of nothing but %p.
    @Test func longPathsAreCutOff() {
        let path = "/" + String(repeating: "%p", count: 255)
        verify(path.utf8.count == Int(Options.longestPath))
        verify(expanded(path).utf8.count <= 543)
    }
}
