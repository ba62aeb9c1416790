// The forms of Copies.swift that programs compiled with _FORTIFY_SOURCE call: the compiler adds what it knows of the
// destination's size. Both checks are made, the compiler's first, with libc's own answer where it fails.

import CBulwark

@inline(__always) private func require(_ room: Int, for byteCount: Int) {
    if UInt(bitPattern: room) < UInt(bitPattern: byteCount) { bw_libc_chk_fail() }
}

@c @implementation public func bw_abi___memcpy_chk(_ to: UInt, _ from: UInt, _ byteCount: Int, _ room: Int) -> UInt {
    require(room, for: byteCount)
    return bw_abi_memcpy(to, from, byteCount)
}

@c @implementation public func bw_abi___mempcpy_chk(_ to: UInt, _ from: UInt, _ byteCount: Int, _ room: Int) -> UInt {
    require(room, for: byteCount)
    return bw_abi_mempcpy(to, from, byteCount)
}

@c @implementation public func bw_abi___memset_chk(_ to: UInt, _ byte: Int32, _ byteCount: Int, _ room: Int) -> UInt {
    require(room, for: byteCount)
    return bw_abi_memset(to, byte, byteCount)
}

@c @implementation public func bw_abi___explicit_bzero_chk(_ to: UInt, _ byteCount: Int, _ room: Int) {
    require(room, for: byteCount)
    bw_abi_bzero(to, byteCount)
}

@c @implementation public func bw_abi___strcpy_chk(_ to: UInt, _ from: UInt, _ room: Int) -> UInt {
    require(room, for: stringLength(from) + 1)
    return bw_abi_strcpy(to, from)
}

@c @implementation public func bw_abi___stpcpy_chk(_ to: UInt, _ from: UInt, _ room: Int) -> UInt {
    require(room, for: stringLength(from) + 1)
    return bw_abi_stpcpy(to, from)
}

@c @implementation public func bw_abi___strncpy_chk(_ to: UInt, _ from: UInt, _ byteCount: Int, _ room: Int) -> UInt {
    require(room, for: byteCount)
    return bw_abi_strncpy(to, from, byteCount)
}

@c @implementation public func bw_abi___stpncpy_chk(_ to: UInt, _ from: UInt, _ byteCount: Int, _ room: Int) -> UInt {
    require(room, for: byteCount)
    return bw_abi_stpncpy(to, from, byteCount)
}

@c @implementation public func bw_abi___strcat_chk(_ to: UInt, _ from: UInt, _ room: Int) -> UInt {
    require(room, for: stringLength(to, isWritten: true) + stringLength(from) + 1)
    return bw_abi_strcat(to, from)
}

@c @implementation public func bw_abi___strncat_chk(_ to: UInt, _ from: UInt, _ byteCount: Int, _ room: Int) -> UInt {
    require(room, for: stringLength(to, isWritten: true) + stringLength(from, limit: byteCount) + 1)
    return bw_abi_strncat(to, from, byteCount)
}
