// free and its sized forms. None changes errno, as POSIX (2024) and glibc promise.

import CBulwark

@c @implementation public func bw_abi_free(_ block: UnsafeMutableRawPointer?) {
    let allocator = Allocator.shared
    // Before the first allocation nothing is ours, and there is no page map to ask.
    guard Allocator.isReady(allocator) else { return }
    allocator.pointee.deallocate(unsafe EntryPoint.address(block), heapAddress: CurrentThread.heapAddress)
}

@c @implementation public func bw_abi_cfree(_ block: UnsafeMutableRawPointer?) { unsafe bw_abi_free(block) }

@c @implementation public func bw_abi_free_sized(_ block: UnsafeMutableRawPointer?, _ byteCount: Int) {
    unsafe bw_abi_free(block)
}

@c @implementation public func bw_abi_free_aligned_sized(
    _ block: UnsafeMutableRawPointer?, _ alignment: Int, _ byteCount: Int
) {
    unsafe bw_abi_free(block)
}
