// References to metadata. Swift's unsafe pointers say nothing about what they point to; a Ref does.

import CBulwark

/// A reference to a descriptor in type-stable memory.
///
/// Safe to use at any time and from any thread: descriptor memory is never unmapped and never holds another type
/// (DESIGN: "descriptors are type-stable"), so a Ref, however old, points to a valid `Target`. What it says may be
/// stale: that is for the reader's protocol to notice.
///
/// Descriptors that threads share are changed by `mutating` methods of several threads at once. Their plain fields are
/// under a lock, or one thread's own; what crosses threads is atomic, and the compiler may not move plain accesses over
/// acquiring and releasing ones. Swift's law of exclusivity, as ThreadSanitizer checks it ("Swift access race"), would ask
/// for less, and is switched off for Core.
@safe struct Ref<Target: ~Copyable>: Equatable {
    private let pointer: UnsafeMutablePointer<Target>

    /// - Parameter address: in metadata memory that holds a `Target`, zeroed or initialised.
    @unsafe @inline(__always) init(at address: Address) {
        unsafe pointer = bw_pointer(address.bits).assumingMemoryBound(to: Target.self)
    }

    @inline(__always) var address: Address { unsafe Address(UnsafeRawPointer(pointer)) }

    @inline(__always) var pointee: Target {
        unsafeAddress { unsafe UnsafePointer(pointer) }
        nonmutating unsafeMutableAddress { unsafe pointer }
    }

    /// Gives the memory its first value; what was there before is forgotten.
    @inline(__always) func initialize(to value: consuming Target) { unsafe pointer.initialize(to: value) }

    @inline(__always) static func == (a: Ref, b: Ref) -> Bool { unsafe a.pointer == b.pointer }
}

/// A table of `Element` in type-stable memory, whose owner knows its length.
@safe struct Table<Element: ~Copyable> {
    private let base: UnsafeMutablePointer<Element>

    @unsafe @inline(__always) init(at address: Address) {
        unsafe base = bw_pointer(address.bits).assumingMemoryBound(to: Element.self)
    }

    @inline(__always) var address: Address { unsafe Address(UnsafeRawPointer(base)) }

    /// - Parameter index: below the table's length; not checked.
    @unsafe @inline(__always) subscript(unchecked index: UInt) -> Element {
        unsafeAddress { unsafe UnsafePointer(base + Int(bitPattern: index)) }
        nonmutating unsafeMutableAddress { unsafe base + Int(bitPattern: index) }
    }

    @unsafe @inline(__always) func reference(unchecked index: UInt) -> Ref<Element> {
        unsafe Ref(at: Address(UnsafeRawPointer(base + Int(bitPattern: index))))
    }
}
