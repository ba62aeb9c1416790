// libc's copying functions for strings, as variants with guardedCopies export them: within what there is room for they do what
// libc's do.

import CBulwark
import Glibc

extension OperationsHarness {
    /// All of them, with a string that just fits both blocks.
    mutating func copyStrings(_ to: Int, _ from: Int, _ room: UInt) {
        guard to != from, room >= 2, room <= 4096 else { return }
        let (target, source) = (books[to].address, books[from].address)
        let length = room - 1
        unsafe source.fill(byteCount: length, withByte: 0x61)
        unsafe (source + length).storeByte(0)
        func check(_ name: String, _ count: UInt = length) {
            let found = unsafe strnlen(target.pointer.assumingMemoryBound(to: CChar.self), Int(room))
            expect(found == Int(count), "\(name) of \(length) characters made a string of \(found)")
        }
        let (to_, from_, all) = (target.bits, source.bits, Int(room))
        expect(bw_abi_strcpy(to_, from_) == to_, "strcpy's result")
        check("strcpy")
        expect(bw_abi_stpcpy(to_, from_) == to_ + length, "stpcpy's result")
        _ = bw_abi_strncpy(to_, from_, all)
        check("strncpy")
        expect(bw_abi_stpncpy(to_, from_, all) == to_ + length, "stpncpy's result")
        bw_abi_bzero(to_, all)
        check("bzero", 0)
        _ = bw_abi_strcat(to_, from_)
        check("strcat")
        unsafe target.storeByte(0)
        _ = bw_abi_strncat(to_, from_, Int(length))
        check("strncat")
        bw_abi_bcopy(from_, to_, all)
        check("bcopy")
        expect(bw_abi_memccpy(to_, from_, 0, all) == to_ + room, "memccpy's result")
        _ = bw_abi___memcpy_chk(to_, from_, all, all)
        _ = bw_abi___mempcpy_chk(to_, from_, all, all)
        _ = bw_abi___strcpy_chk(to_, from_, all)
        _ = bw_abi___stpcpy_chk(to_, from_, all)
        _ = bw_abi___strncpy_chk(to_, from_, all, all)
        _ = bw_abi___stpncpy_chk(to_, from_, all, all)
        check("a fortified copy")
        _ = bw_abi___memset_chk(to_, 0, all, all)
        _ = bw_abi___strcat_chk(to_, from_, all)
        check("__strcat_chk")
        bw_abi___explicit_bzero_chk(to_, all, all)
        _ = bw_abi___strncat_chk(to_, from_, Int(length), all)
        check("__strncat_chk")
        books.refill(to)
        books.refill(from)
    }
}
