// glibc's internal names of the malloc family, for programs that call them: they must meet the same heap.

import CBulwark

@c @implementation public func bw_abi_libc_malloc(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(bitPattern: bw_abi_malloc(byteCount))
}
@c @implementation public func bw_abi_libc_calloc(_ count: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe bw_abi_calloc(count, byteCount)
}
@c @implementation public func bw_abi_libc_realloc(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int
) -> UnsafeMutableRawPointer? { unsafe bw_abi_realloc(block, byteCount) }
@c @implementation public func bw_abi_libc_free(_ block: UnsafeMutableRawPointer?) { unsafe bw_abi_free(block) }
@c @implementation public func bw_abi_libc_memalign(
    _ alignment: Int, _ byteCount: Int
) -> UnsafeMutableRawPointer? { unsafe bw_abi_memalign(alignment, byteCount) }
@c @implementation public func bw_abi_libc_valloc(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe bw_abi_valloc(byteCount)
}
@c @implementation public func bw_abi_libc_pvalloc(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe bw_abi_pvalloc(byteCount)
}
