// Names from the dynamic symbols in memory: the loader agrees, for what libc exports.

import Glibc
import Testing

@Suite struct SymbolTableTests {
    private func symbol(at address: Address) throws -> (path: String, name: String, offset: UInt) {
        var reader = ReadablePages()
        let module = try require(Module(covering: address, &reader))
        let found = try require(SymbolTable(of: module, &reader)?.symbol(covering: address, &reader))
        let path = unsafe String(cString: UnsafePointer<CChar>(bitPattern: module.path.bits)!)
        return (path, unsafe String(cString: UnsafePointer<CChar>(bitPattern: found.name.bits)!), found.offset)
    }

    @Test(arguments: ["atoi", "qsort", "fwrite", "getpwuid_r"]) func agreesWithTheLoader(_ name: String) throws {
        let pointer = unsafe try require(dlsym(nil, name))
        let found = try symbol(at: unsafe Address(pointer) + 1)
        verify(found.offset == 1, "\(found)")
        verify(found.path.contains("/libc.so"), "\(found)")
        // Several names may stand for one address.
        let named = unsafe dlsym(nil, found.name)
        verify(unsafe named == nil || named == pointer, "\(found)")
    }

    @Test(arguments: [0, 0x1000, 1 << 47, UInt.max]) func nothingThere(_ address: UInt) {
        var reader = ReadablePages()
        verify(Module(covering: Address(address), &reader) == nil)
    }
}
