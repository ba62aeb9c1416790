// memcpy and its kin (flag guardedCopies): the destination must have room, the source must be as long; then libc's own
// does the work. memcpy(3), strcpy(3). In the libraries of variants without the flag none of this is left.
//
// libc's memcpy is its memmove on x86-64, so one function is both. The string functions measure first, with libc's
// search, never beyond the block's end, and then move bytes: so what they measured is what they copy.

import CBulwark

/// The variant does not look at memcpy's like of so few bytes. (Strings are always looked at.)
@inline(__always) private func isShort(_ byteCount: Int) -> Bool {
    UInt(bitPattern: byteCount) < UInt(Variant.shortestGuardedCopy)
}

/// The range of `byteCount` bytes from `address` can be copied to, or from.
@inline(__always) private func hasRoom(_ address: UInt, _ byteCount: Int) -> Bool {
    UInt(bitPattern: byteCount) <= certainRoom(address)
}

@inline(__always) private func certainRoom(_ address: UInt) -> UInt {
    // A map is one word: to make one costs nothing.
    PageMap(memory: Address(bw_copies_page_map())).certainRoom(from: Address(address))
}

/// Reports what is wrong with copying `byteCount` bytes to or from `address`, if anything is.
@inline(__always) private func check(_ address: UInt, _ byteCount: Int, isWritten: Bool) {
    if !hasRoom(address, byteCount) { checkSlowly(address, byteCount, isWritten) }
}

@inline(never) private func checkSlowly(_ address: UInt, _ byteCount: Int, _ isWritten: Bool) {
    Allocator.shared.pointee.checkRoom(at: Address(address), for: UInt(bitPattern: byteCount), isWritten: isWritten)
}

// The fast paths end in a jump to libc's function, or to one of these two.

@inline(never) private func moveSlowly(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    check(to, byteCount, isWritten: true)
    check(from, byteCount, isWritten: false)
    return bw_copies_move(to, from, byteCount)
}

@inline(never) private func setSlowly(_ to: UInt, _ byte: Int32, _ byteCount: Int) -> UInt {
    checkSlowly(to, byteCount, true)
    return bw_copies_set(to, byte, byteCount)
}

@c @implementation public func bw_abi_memcpy(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    guard isShort(byteCount) || (hasRoom(to, byteCount) && hasRoom(from, byteCount)) else {
        return moveSlowly(to, from, byteCount)
    }
    return bw_copies_move(to, from, byteCount)
}

@c @implementation public func bw_abi_memset(_ to: UInt, _ byte: Int32, _ byteCount: Int) -> UInt {
    guard isShort(byteCount) || hasRoom(to, byteCount) else { return setSlowly(to, byte, byteCount) }
    return bw_copies_set(to, byte, byteCount)
}

@c @implementation public func bw_abi_mempcpy(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    bw_abi_memcpy(to, from, byteCount) &+ UInt(bitPattern: byteCount)
}

@c @implementation public func bw_abi_bzero(_ to: UInt, _ byteCount: Int) { _ = bw_abi_memset(to, 0, byteCount) }

@c @implementation public func bw_abi_bcopy(_ from: UInt, _ to: UInt, _ byteCount: Int) {
    _ = bw_abi_memcpy(to, from, byteCount)
}

@c @implementation public func bw_abi_memccpy(_ to: UInt, _ from: UInt, _ byte: Int32, _ byteCount: Int) -> UInt {
    let limit = Int(bitPattern: Swift.min(copyableByteCount(from), UInt(bitPattern: byteCount)))
    let found = bw_libc_memchr(from, byte, limit)
    guard found != 0 else {
        _ = bw_abi_memcpy(to, from, byteCount)
        return 0
    }
    return bw_abi_mempcpy(to, from, Int(bitPattern: found &- from) + 1)
}

@c @implementation public func bw_abi_strcpy(_ to: UInt, _ from: UInt) -> UInt {
    moveInto(to, from, stringLength(from) + 1)
}

@c @implementation public func bw_abi_stpcpy(_ to: UInt, _ from: UInt) -> UInt {
    let length = stringLength(from)
    return moveInto(to, from, length + 1) &+ UInt(bitPattern: length)
}

@c @implementation public func bw_abi_stpncpy(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    let length = stringLength(from, limit: byteCount)
    // All of the destination is written: the rest with zeros.
    check(to, byteCount, isWritten: true)
    let end = bw_copies_move(to, from, length) &+ UInt(bitPattern: length)
    return bw_copies_set(end, 0, byteCount &- length)
}

@c @implementation public func bw_abi_strncpy(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    _ = bw_abi_stpncpy(to, from, byteCount)
    return to
}

@c @implementation public func bw_abi_strcat(_ to: UInt, _ from: UInt) -> UInt {
    append(to, from, stringLength(from))
}

@c @implementation public func bw_abi_strncat(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    append(to, from, stringLength(from, limit: byteCount))
}

/// Appends `length` bytes and a zero to the string at `to`.
private func append(_ to: UInt, _ from: UInt, _ length: Int) -> UInt {
    let old = stringLength(to, isWritten: true)
    check(to, old &+ length &+ 1, isWritten: true)
    let end = bw_copies_move(to &+ UInt(bitPattern: old), from, length) &+ UInt(bitPattern: length)
    _ = bw_copies_set(end, 0, 1)
    return to
}

/// Copies from where was looked already.
@inline(__always) private func moveInto(_ to: UInt, _ from: UInt, _ byteCount: Int) -> UInt {
    check(to, byteCount, isWritten: true)
    return bw_copies_move(to, from, byteCount)
}

@inline(__always) private func copyableByteCount(_ address: UInt) -> UInt {
    let room = certainRoom(address)
    return room != 0 ? room : Allocator.shared.pointee.copyableByteCount(from: Address(address))
}

/// The length of a string, at most `limit`, measured within its block. One that does not end there is reported.
func stringLength(_ string: UInt, limit: Int = -1, isWritten: Bool = false) -> Int {
    let limit = UInt(bitPattern: limit)
    let room = copyableByteCount(string)
    let length = bw_libc_strnlen(string, Int(bitPattern: Swift.min(room, limit)))
    guard UInt(bitPattern: length) == room, room < limit else { return length }
    checkSlowly(string, Int(bitPattern: room &+ 1), isWritten)
    return bw_libc_strnlen(string, Int(bitPattern: limit))
}
