// How the program registers its hooks. Their functions' types are C's, so what crosses to Swift are plain pointers: hooks.c of
// CBulwarkExports has the functions that programs call.

import CBulwark

@c @implementation public func bw_register_hook(
    _ kind: UInt32, _ function: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> Bool {
    // The allocator first: its settings are sealed when the library is loaded, and the hooks' place with them.
    let isSealed = Allocator.shared.pointee.isSealed
    let result = unsafe bw_set_hook(bw_hook_kind(kind), function, context, isSealed)
    if result != 0 { bw_set_errno(-result) }
    return result == 0
}
