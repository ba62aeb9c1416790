// Which allocators are compared. Every one of them is preloaded, glibc too: so they all pay for the preload, and a
// program that is linked against another malloc (Debian's redis-server is, against jemalloc) really runs on glibc's.

import Foundation

struct Allocator {
    enum Role: String, Codable {
        /// One of the three that the reference is taken from.
        case peer
        /// Part of every run, but never the reference.
        case other
        /// Not in every Debian or toolchain, so it may be missing; never the reference.
        case hardened
        /// Built by this project; may be missing.
        case own
    }

    /// The heading of its column.
    let name: String
    /// The absolute path that is preloaded.
    let library: String
    let role: Role
    /// Where the library comes from, for the message that it is missing.
    let origin: String

    /// - Parameter scudo: the toolchain's library, or nil if it has none.
    static func builtIn(_ places: Places, scudo: String?) -> [Allocator] {
        let system = "/usr/lib/x86_64-linux-gnu"
        return [
            Allocator(
                name: "mimalloc2", library: "\(system)/libmimalloc.so.2", role: .peer,
                origin: "install Debian's libmimalloc2.0"),
            Allocator(
                name: "tcmalloc", library: "\(system)/libtcmalloc_minimal.so.4", role: .peer,
                origin: "install Debian's libtcmalloc-minimal4"),
            Allocator(
                name: "jemalloc", library: "\(system)/libjemalloc.so.2", role: .peer,
                origin: "install Debian's libjemalloc2"),
            Allocator(
                name: "glibc", library: "/lib/x86_64-linux-gnu/libc.so.6", role: .other,
                origin: "part of Debian"),
            Allocator(
                name: "tbbmalloc", library: "\(system)/libtbbmalloc_proxy.so.2", role: .other,
                origin: "install Debian's libtbbmalloc2"),
            Allocator(
                name: "mimalloc2-secure", library: "\(system)/libmimalloc-secure.so.2", role: .hardened,
                origin: "not in Debian 12; add one with --allocator mimalloc2-secure=FILE.so"),
            Allocator(
                name: "scudo", library: scudo ?? "libclang_rt.scudo_standalone.so", role: .hardened,
                origin: "part of the Swift toolchain, whose swiftc must be in PATH"),
        ]
            + [
                ("release", "libbulwark.so"), ("secure", "libbulwark-secure.so"),
                ("debug", "libbulwark-debug.so"),
            ].map {
                Allocator(
                    name: $0.0, library: places.libraries.appending(path: $0.1).path, role: .own,
                    origin: "run scripts/build")
            }
    }

    /// The role that goes with a name: a replacement for a peer counts as that peer.
    static func role(ofName name: String) -> Role {
        switch name {
        case "mimalloc2", "tcmalloc", "jemalloc": .peer
        case "release", "secure", "debug": .own
        case "mimalloc2-secure", "scudo", "hardened_malloc": .hardened
        default: .other
        }
    }
}
