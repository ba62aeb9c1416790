// `bulwark-bench render FILE`: tables and charts of an earlier run, without measuring.

import ArgumentParser

struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Make tables and charts from a run's JSON, without measuring.")

    @Argument(help: ArgumentHelp("What 'run --json FILE' wrote.", valueName: "file"))
    var file: String

    @OptionGroup var output: OutputOptions

    func validate() throws { _ = try Results(file: file) }

    func run() throws {
        let (text, isWorse) = try output.write(Results(file: file))
        // Who asks for a file wants that file.
        if output.markdown == nil, output.svg == nil { print(text, terminator: "") }
        if isWorse { throw ExitCode(1) }
    }
}
