// bulwark map: a heap's segments and pages, as a page to look at.

import ArgumentParser
import Foundation

struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Draws a map of a heap, as a page for a browser.",
        discussion: """
            Reads what the debug library wrote with the option map_file, or a call of bw_write_map, and writes one HTML \
            file that needs nothing else: each segment with its pages, how full they are, what waits and what is guarded, \
            and a table of the block sizes.
            """)

    @Argument(help: ArgumentHelp("The map.", valueName: "file"))
    var file: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Where the page goes; none: standard output.", valueName: "page.html"))
    var output: String?

    func run() throws {
        let page = MapPage(map: try HeapMapFile(reading: file)).text
        guard let output else {
            FileHandle.standardOutput.write(Data(page.utf8))
            return
        }
        do {
            try Data(page.utf8).write(to: URL(fileURLWithPath: output))
        } catch {
            throw Failure(description: "cannot write '\(output)'; accepted: a file in a folder that exists")
        }
    }
}
