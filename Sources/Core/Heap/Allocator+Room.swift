// The check of guardedCopies: is there room for what a copy is about to write, or so much to read? Any thread.

import Synchronization

extension PageMap {
    /// How many bytes may be copied from or to the address, as far as is quickly known: any number if it is not ours;
    /// up to the end of its block, if that is in use; else 0, and `room(from:)` says more.
    @inline(__always) func certainRoom(from address: Address) -> UInt {
        let page = candidate(for: address)
        return isNobody(page) ? .max : page.pointee.certainRoom(at: address)
    }
}

extension Allocator {
    /// What lies at an address, any 64-bit value, and how far it is to the end.
    func room(from address: Address) -> Room {
        guard let page = pageMap.page(covering: address) else { return .foreign }
        if Variant.sampledGuards, page.pointee.kind == .sampled { return samples.room(at: address) }
        return page.pointee.room(at: address)
    }

    /// The bytes that may be copied from or to an address; any number if it is not ours.
    func copyableByteCount(from address: Address) -> UInt {
        switch room(from: address) {
        case .foreign: .max
        case .outside: 0
        case .block(_, _, let room, let isLive): isLive ? room : 0
        }
    }

    /// Reports a copy of `byteCount` bytes from or to an address, if it has no room for it. Copies of nothing are fine.
    @inline(never) func checkRoom(at address: Address, for byteCount: UInt, isWritten: Bool) {
        guard byteCount != 0 else { return }
        switch room(from: address) {
        case .foreign: return
        case .outside(let blockByteCount):
            Report.violation(.copyOverflow, at: address, .inside(byteCount: blockByteCount))
        case .block(let start, let size, let room, let isLive):
            let history = Variant.blockStacks ? pageMap.page(covering: start)?.pointee.history(covering: start) : nil
            if !isLive {
                Report.violation(
                    isWritten ? .writeAfterFree : .guardedUseAfterFree, at: start, .block(byteCount: size),
                    history: history)
            } else if size == 0 {
                Report.violation(.zeroSizeAccess, at: start, .block(byteCount: 0))
            } else if byteCount > room {
                Report.violation(.copyOverflow, at: start, .block(byteCount: size), history: history)
            }
        }
    }
}

extension SampledGuards {
    /// The same for an address in the pool. What is no live block's goes as foreign: the guard there, or the block's
    /// examination when it is freed, says more of it.
    fileprivate func room(at address: Address) -> Room {
        guard let block = liveBlock(covering: address) else { return .foreign }
        let room = block.byteCount - address.offset(from: block.start)
        return .block(block.start, byteCount: block.byteCount, room: room, isLive: true)
    }
}
