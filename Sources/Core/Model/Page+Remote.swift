// What threads that do not own a page do to it. Lock-free; the protocol is ThreadFree's.

import Synchronization

extension Page {
    /// How a free by a thread that is not the owner ended.
    enum RemoteFree {
        /// On the list: the owner will collect it.
        case pushed
        /// The same, and the owner waits to hear of it: the caller must hand the page to its owner's wake list.
        case pushedAndMustWake
        /// The same, and the page had no owner: it is the caller's now.
        case pushedAndOwned
        /// No block in use starts there.
        case refused
    }

    /// Frees a block of a page of blocks that another heap, or none, owns.
    /// - Parameter life: `sharedState`, as it was before anything else of the page was looked at: where the block was freed by
    ///   another thread too, the page may be retired and made anew meanwhile, and what the caller knows is of no use then.
    /// - Complexity: lock-free; a retry means that another thread's free got through.
    borrowing func pushRemotely(_ number: UInt32, at block: Address, in life: ThreadFree) -> RemoteFree {
        // Claimed first: of several threads that free the same block, one goes on.
        guard life.isInUse, states.claimRemotely(number) else { return .refused }
        let byteCount = examine(number, at: block, isOwner: false)
        if Variant.zeroOnFree {
            if sizeClass.isSparse {
                zeroSparsely(number, at: block, byteCount)
            } else {
                blankBytes(block, byteCount)
            }
        }
        while true {
            let old = sharedState
            guard old.isInUse, old.generation == life.generation else { return .refused }
            setLink(from: block, to: old.head)
            var new = old
            new.head = number
            new.isUnowned = false
            new.wantsWake = false
            if old.wantsWake { new.isWaking = true }
            if swapSharedState(old, new) {
                if old.isUnowned { return .pushedAndOwned }
                return old.wantsWake ? .pushedAndMustWake : .pushed
            }
        }
    }

    /// Asks to be woken by the next free from another thread, and marks the page full, by (2).
    /// - Returns: false if such a free came first, or a wake is still under way: the page stays as it was.
    mutating func becomeFull() -> Bool {
        while true {
            let old = sharedState
            if old.head != 0 || old.isWaking { return false }
            var new = old
            new.wantsWake = true
            if swapSharedState(old, new) { break }
        }
        isFull = true
        isPinned = false
        used = 1
        return true
    }

    /// Undoes `becomeFull`, when a block came back.
    mutating func becomeAvailable() {
        changeState { $0.wantsWake = false }
        isFull = false
        used = capacity
    }

    /// Changes the word, whatever else happens to it meanwhile.
    borrowing func changeState(_ change: (inout ThreadFree) -> Void) {
        while true {
            let old = sharedState
            var new = old
            change(&new)
            if new == old || swapSharedState(old, new) { return }
        }
    }

    /// Gives the page up, if no block waits on threadFree.
    /// - Returns: false if one does: collect, and try again.
    borrowing func disown() -> Bool {
        owner.store(Self.unowned, ordering: .relaxed)
        while true {
            let old = sharedState
            if old.head != 0 { return false }
            var new = old
            new.isUnowned = true
            new.wantsWake = false
            if swapSharedState(old, new) { return true }
        }
    }

    /// Tries to become the owner of an unowned page of blocks.
    borrowing func claim() -> Bool {
        while true {
            let old = sharedState
            guard old.isInUse, old.isUnowned else { return false }
            var new = old
            new.isUnowned = false
            if swapSharedState(old, new) { return true }
        }
    }

    /// Ends the page's life: no block is in use any more.
    /// - Returns: false if somebody freed into it at this moment (a double free): it must stay.
    borrowing func retire() -> Bool {
        owner.store(Self.unowned, ordering: .relaxed)
        while true {
            let old = sharedState
            guard old.isInUse, old.head == 0 else { return false }
            if swapSharedState(old, old.retired) { return true }
        }
    }

}
