// What is decided while the library is loaded and read-only from then on: the options, and the next allocator's
// functions. On an OS page of its own behind the allocator's, so that a write anywhere changes neither. The program's hooks are at
// its end: CBulwark/include/hooks.h.

import CBulwark

/// What lies on the page. Valid when zero-initialised: every option has its default.
struct Settings {
    /// The first field: `Options.process` is where the process's settings begin.
    var options: Options
    /// Looked up at load, and only with `foreign_pointers=forward`.
    var next: bw_next_allocator
}

extension Allocator {
    @inline(__always) static func settings(of allocator: Ref<Allocator>) -> Ref<Settings> {
        unsafe Ref(at: allocator.address + UInt(BW_ALLOCATOR_BYTES))
    }

    /// The process-wide settings that belong to the allocator.
    private var settings: Ref<Settings> {
        @inline(__always) get {
            unsafe withUnsafePointer(to: self) {
                unsafe Ref(at: Address(UnsafeRawPointer($0)) + UInt(BW_ALLOCATOR_BYTES))
            }
        }
    }

    /// The options in force. A read is a plain load, at a fixed distance from the allocator.
    var options: Options {
        @inline(__always) unsafeAddress {
            unsafe UnsafeRawPointer(settings.address.pointer).assumingMemoryBound(to: Options.self)
        }
    }

    /// The next allocator's functions, if they were looked up.
    var next: bw_next_allocator { settings.pointee.next }

    /// Makes the settings read-only. A kernel that refuses costs one warning line.
    static func seal(_ allocator: Ref<Allocator>) {
        guard !allocator.pointee.isSealed else { return }
        allocator.pointee.isSealed = VirtualMemory.seal(
            settings(of: allocator).address, byteCount: UInt(BW_SETTINGS_BYTES))
        if !allocator.pointee.isSealed {
            var line = TextBuffer()
            line.append("bulwark: options stay writable: the kernel refused to make them read-only\n")
            line.write(to: 2)
        }
    }
}
