// Where the search for leaks begins: all writable memory that is not ours. That is the data of programs and libraries, stacks,
// thread-local storage, and what was mapped without malloc.

import CBulwark
import Synchronization

/// The mappings of the process, as /proc/self/maps tells them. Linux: `proc_pid_maps(5)`.
private struct MappingList {
    private let descriptor: Int32
    private var bytes = InlineArray<1024, UInt8>(repeating: 0)
    private var count = 0
    private var next = 0
    /// The list broke off: what is missing may lead to any block.
    private(set) var isBroken = false

    init?() {
        let path: StaticString = "/proc/self/maps"
        descriptor = unsafe bw_os_open(path.cString)
        guard descriptor >= 0 else { return nil }
    }

    func close() { bw_os_close(descriptor) }

    private mutating func byte() -> UInt8? {
        if next == count {
            count = unsafe withUnsafeMutableBytes(of: &bytes) { unsafe bw_os_read(descriptor, $0.baseAddress!, 1024) }
            next = 0
            guard count > 0 else {
                isBroken = isBroken || count < 0
                count = 0
                return nil
            }
        }
        next += 1
        return bytes[next - 1]
    }

    /// A hexadecimal number and the byte behind it.
    private mutating func number() -> UInt? {
        var value: UInt = 0
        while let byte = byte() {
            switch byte {
            case 48...57: value = value << 4 | UInt(byte - 48)
            case 97...102: value = value << 4 | UInt(byte - 87)
            default: return value
            }
        }
        return nil
    }

    /// The next one that can be read and written, and is neither shared nor a device; or read, and is our library's, which seals some of its data.
    mutating func nextRoot() -> (start: Address, end: Address)? {
        while let start = number(), let end = number() {
            let (isReadable, isWritable, _) = (byte() == 114, byte() == 119, byte())  // "rw-"
            // Shared memory is other processes' too, and to look at it would fill it.
            let isPrivate = byte() == 112
            // A device's name begins with /dev/: reading there may do anything.
            var isDevice = false
            var matched = 0
            let name: StaticString = "/dev/"
            while let byte = byte(), byte != 10 {
                if matched < 5 {
                    matched = byte == name.byte(at: matched) ? matched + 1 : (byte == 47 ? 1 : 0)
                }
                if matched == 5 { isDevice = true }
            }
            if isReadable, isPrivate, isWritable || ImageBounds.ownData.contains(Address(start)), !isDevice {
                return (Address(start), Address(end))
            }
        }
        return nil
    }
}

extension LeakSearch {
    /// Marks what is reached from outside.
    /// - Parameter stack: the calling thread's stack from here on is in use; what is below is left over.
    /// - Returns: false if the process's mappings cannot be told.
    mutating func lookThroughRoots(stack: Address) -> Bool {
        guard var list = MappingList() else { return false }
        while let mapping = list.nextRoot() {
            let isStack = stack.bits >= mapping.start.bits && stack.bits < mapping.end.bits
            lookThrough(isStack ? stack : mapping.start, mapping.end)
        }
        list.close()
        if list.isBroken { return false }
        if Variant.sampledGuards { lookThroughSamples() }
        return true
    }

    /// Sampled blocks have no records: none is a leak, and what they lead to is not one either.
    private mutating func lookThroughSamples() {
        var index: UInt = 0
        while index < allocator.pointee.samples.slotCount {
            let slot = allocator.pointee.samples.slot(index).slot
            if slot.pointee.state.load(ordering: .acquiring) == SampledSlot.State.live {
                let block = slot.pointee.history
                look(through: block.start, upTo: block.start + block.byteCount, .reached)
            }
            index += 1
        }
    }

    /// A mapping, but for what of it is ours.
    private mutating func lookThrough(_ start: Address, _ end: Address) {
        var at = start
        while at.bits < end.bits {
            if let next = endOfOurs(at) {
                at = Address(Swift.min(next.bits, end.bits))
                continue
            }
            // Ours begins at an OS page; a slice at a time.
            var to = at
            let sliceEnd = Swift.min((at.bits + Unit.slice).aligned(down: Unit.slice), end.bits)
            repeat {
                to = Address((to.bits + Unit.osPage).aligned(down: Unit.osPage))
            } while to.bits < sliceEnd
                && endOfOurs(to) == nil
            to = Address(Swift.min(to.bits, sliceEnd))
            look(through: at, upTo: to, .reached)
            at = to
        }
    }

    /// Where memory of ours that covers an address ends; nil if none does.
    private func endOfOurs(_ address: Address) -> Address? {
        let sliceEnd = Address((address.bits + Unit.slice).aligned(down: Unit.slice))
        if allocator.pointee.pageMap.page(covering: address) != nil || allocator.pointee.isOurs(address) {
            return sliceEnd
        }
        let metadata = bw_metadata_end(address.bits)
        if metadata != 0 { return Address(metadata) }
        return Self.end(of: extent, ifCovering: address)
            ?? Self.end(of: StackDepot.shared.pointee.extent, ifCovering: address)
    }

    private static func end(of range: (start: Address, byteCount: UInt), ifCovering address: Address) -> Address? {
        address.offset(from: range.start) < range.byteCount ? range.start + range.byteCount : nil
    }
}
