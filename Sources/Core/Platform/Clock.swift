// Time for the purge delay. The coarse clock is read in user space, without a system call.

import CBulwark

/// A moment, in milliseconds since an arbitrary start; 1 to 4 ms coarse.
struct Moment {
    let milliseconds: UInt64

    static var now: Moment { Moment(milliseconds: bw_os_milliseconds()) }
}
