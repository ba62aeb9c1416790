// Where the options come from: the variant's defaults, then the administrator's exceptions file, then, unless the
// program is privileged, the environment. Read once, while the library is loaded.

import CBulwark

extension Allocator {
    /// Reads the options, unless that was done. Before libc has its environment there is nothing to read: then `load`
    /// calls again.
    /// - Parameter isLoaded: libc is ready; a missing environment is an empty one.
    static func readOptions(_ allocator: Ref<Allocator>, isLoaded: Bool = false) {
        let settings = settings(of: allocator)
        guard !allocator.pointee.hasReadOptions, isLoaded || bw_os_has_environment() else { return }
        allocator.pointee.hasReadOptions = true
        var parser = OptionParser(Variant.mechanisms)
        readExceptions(&parser, settings)
        guard !bw_os_is_privileged(), let text = unsafe bw_os_options() else { return }
        let list = unsafe OptionText(cString: text)
        parser.parse(list, .environment, into: &settings.pointee.options, warn: writeWarning)
        if parser.wantsHelp { OptionHelp.write(to: 2) }
        if Variant.faultInjection { startFaults(settings) }
    }

    /// From here on the core's system calls are counted, and fail where the options say so.
    private static func startFaults(_ settings: Ref<Settings>) {
        bw_fault_plan_start(
            UInt64(settings.pointee.options[.failCall]), UInt64(settings.pointee.options[.failCount]),
            UInt64(settings.pointee.options[.failOneIn]), UInt64(settings.pointee.options[.failSeed]))
    }

    /// Without the file this is one system call that fails.
    private static func readExceptions(_ parser: inout OptionParser, _ settings: Ref<Settings>) {
        switch unsafe TrustedFile.open(ExceptionsFile.path.cString, owner: 0) {
        case .absent: return
        case .refused(let reason): ignoreExceptions(reason)
        case .opened(let file):
            applyExceptions(file, &parser, settings)
            file.close()
        }
    }

    private static func ignoreExceptions(_ reason: StaticString) {
        var line = TextBuffer()
        line.append("bulwark: ")
        line.append(ExceptionsFile.path)
        line.append(" is ignored: ")
        line.append(reason)
        writeWarning(line)
    }

    /// Reads the file into memory of its own for the time being, with the program's path behind it.
    private static func applyExceptions(
        _ file: TrustedFile, _ parser: inout OptionParser, _ settings: Ref<Settings>
    ) {
        guard file.byteCount <= ExceptionsFile.longestText else {
            ignoreExceptions("it is longer than 64 KiB")
            return
        }
        let total = ExceptionsFile.longestText + Unit.osPage
        guard let memory = VirtualMemory.map(byteCount: total, writable: true) else {
            ignoreExceptions("there is no memory to read it")
            return
        }
        defer { VirtualMemory.unmap(memory, byteCount: total) }
        guard let count = unsafe file.read(into: memory, limit: ExceptionsFile.longestText) else {
            ignoreExceptions("it cannot be read")
            return
        }
        let program = programPath(memory + ExceptionsFile.longestText)
        let start = unsafe memory.pointer.assumingMemoryBound(to: CChar.self)
        let text = unsafe OptionText(start, byteCount: Int(count))
        ExceptionsFile.apply(
            text, program: program, &parser, to: &settings.pointee.options, warn: writeWarning)
    }

    /// Where the program lies, by /proc. Where that is not mounted, what execve was told, unless the program is privileged:
    /// its caller chooses that name. Empty if nothing is known.
    /// - Parameter memory: an OS page for the path.
    private static func programPath(_ memory: Address) -> OptionText {
        let buffer = unsafe memory.pointer.assumingMemoryBound(to: CChar.self)
        let count = unsafe bw_os_program_path(buffer, Int(Unit.osPage))
        if count >= 0 { return unsafe OptionText(buffer, byteCount: count) }
        if !bw_os_is_privileged(), let name = unsafe bw_os_program_argument() {
            return unsafe OptionText(cString: name)
        }
        return unsafe OptionText(buffer, byteCount: 0)
    }

    private static func writeWarning(_ line: TextBuffer) {
        var line = line
        line.append(byte: 10)
        line.write(to: 2)
    }
}
