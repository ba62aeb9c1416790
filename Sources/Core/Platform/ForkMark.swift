// Whether this process is the child of a fork whose handlers never ran (`_Fork`, a raw clone): a word that the kernel wipes
// in children. Linux: MADV_WIPEONFORK, since 4.14; without it such children go unnoticed.

import CBulwark

enum ForkMark {
    /// Makes the mark, once, at the allocator's start.
    static func make() {
        guard bw_fork_mark() == 0, let page = VirtualMemory.map(byteCount: Unit.osPage, writable: true) else {
            return
        }
        guard bw_os_advise(page.bits, Int(Unit.osPage), Int32(BW_WIPE_ON_FORK)) == 0 else {
            VirtualMemory.unmap(page, byteCount: Unit.osPage)
            return
        }
        unsafe page.storeWord(1)
        bw_set_fork_mark(page.bits)
    }

    /// True in a child that has not called `renew` yet.
    @inline(__always) static var isWiped: Bool {
        let mark = bw_fork_mark()
        return mark != 0 && (unsafe Address(mark).loadWord()) == 0
    }

    static func renew() {
        let mark = bw_fork_mark()
        if mark != 0 { unsafe Address(mark).storeWord(1) }
    }
}
