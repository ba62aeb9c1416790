// swift-tools-version: 6.2
// All of Bulwark's targets. One core (Sources/Core) is compiled once for each variant: a variant's target holds
// two symbolic links, to the core and to its list of flags in Configs/, so one `swift build` makes every library.

import PackageDescription

/// The variants: each has a `Configs/<Name>.swift` and a folder of links in `Sources/Variants/<Name>`.
let variants = ["Release", "Secure", "Debug"]

let embedded: [SwiftSetting] = [
    // No runtime, no metadata, no hidden allocation: the result needs nothing but libc.
    .enableExperimentalFeature("Embedded"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .unsafeFlags([
        // The fast paths must inline across files.
        "-wmo",
        // The compiler rejects whatever would allocate: our own malloc must never be called from within.
        "-no-allocations",
        // Descriptors are shared by threads, under protocols of their own (Core/Bits/Ref.swift): no run-time checks.
        "-enforce-exclusivity=unchecked",
        // No frame in functions that call nothing: malloc's and free's fast paths. All others keep theirs, for the
        // unwinder.
        "-Xcc", "-momit-leaf-frame-pointer",
        // Debian 12's valgrind gives up on DWARF 5.
        "-dwarf-version=4",
        // Functions and data in sections of their own, so that --gc-sections drops what a variant leaves out.
        "-Xfrontend", "-function-sections",
    ]),
]

/// The variants with faultInjection, a flag of Configs. Its wrappers of system calls are linked with the unit tests of all
/// variants.
let faultVariants = ["Debug"]
/// Our own calls of these go by way of CBulwarkFaults. ThreadSanitizer has wrappers of its own.
let faultLinking: [LinkerSetting] = [
    .unsafeFlags(
        [
            "mmap", "munmap", "mprotect", "madvise", "syscall", "write", "dlopen", "pthread_key_create",
            "pthread_setspecific",
        ].flatMap { ["-Xlinker", "--wrap=\($0)"] })
]
let testsRaces = Context.environment["BULWARK_RACES"] != nil

/// Ordinary Swift: tools, tests, fuzzers, and the core compiled for unit tests, without its C exports. What is unsafe says so here too,
/// and warnings are errors.
let ordinary: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

/// The real names of the functions that Swift defines as bw_abi_… and bw_api_…; Configs/exports.map lists them too.
let exports =
    [
        "malloc", "calloc", "realloc", "reallocarray", "free", "free_sized", "free_aligned_sized", "posix_memalign",
        "aligned_alloc", "memalign", "valloc", "pvalloc", "malloc_usable_size", "malloc_trim", "mallinfo",
        "mallinfo2", "mallopt", "malloc_stats", "malloc_info",
    ].map { "\($0)=bw_abi_\($0)" }
    // glibc's internal names, for programs that call them, and its old synonym of free: the same heap.
    + ["malloc", "calloc", "realloc", "free", "memalign", "valloc", "pvalloc"].map { "__libc_\($0)=bw_abi_\($0)" }
    + ["cfree=bw_abi_free"]
    // Bulwark's own interface (bulwark.h): what libc has too under a prefix, and what it has not.
    + ["malloc", "calloc", "realloc", "free", "free_sized", "free_aligned_sized"].map { "bw_\($0)=bw_abi_\($0)" }
    + ["bw_acquire=bw_abi_malloc", "bw_discard=bw_abi_free"]
    + ["bw_reallocn=bw_abi_reallocarray", "bw_usable_size=bw_abi_malloc_usable_size"]
    + [
        "version", "variant", "zalloc", "mallocn", "rezalloc", "expand", "malloc_aligned", "zalloc_aligned",
        "malloc_aligned_at", "zalloc_aligned_at", "realloc_aligned", "owns", "good_size", "query", "statistics_read",
        "statistics_text", "statistics_json", "print_statistics", "process_info_read", "write_profile", "write_map",
        "option_get", "option_set", "register_error", "register_output", "register_deferred_free", "collect", "purge",
        "reclaim", "flush",
        "thread_done", "check_heap", "report_leaks", "heap_new", "heap_delete", "heap_destroy", "heap_default",
        "heap_set_default", "heap_malloc", "heap_calloc", "heap_malloc_aligned", "heap_realloc", "heap_free",
        "heap_owns", "heap_collect", "heap_visit",
    ].map { "bw_\($0)=bw_api_\($0)" }

/// A part of the interface that only some variants have, because of a flag; Tests/ABITests compares it with Configs. (A
/// manifest cannot read those files: its result is kept, and a change there would not be seen.)
struct OptionalExports {
    /// The linker's version script, in Configs.
    let map: String
    let names: [String]
    let variants: [String]
    var targets: [Target.Dependency] = []
    var linking: [String] = []
}

/// What variants with guardedCopies export beside that, as Configs/exports-copies.map lists. The other three, memcpy, memmove and
/// memset, are in CBulwarkCopies, which says why.
let copies =
    [
        "mempcpy", "memccpy", "bzero", "bcopy", "strcpy", "stpcpy", "strncpy", "stpncpy", "strcat", "strncat",
        "__memcpy_chk", "__mempcpy_chk", "__memset_chk", "__explicit_bzero_chk", "__strcpy_chk", "__stpcpy_chk",
        "__strncpy_chk", "__stpncpy_chk", "__strcat_chk", "__strncat_chk",
    ].map { "\($0)=bw_abi_\($0)" }
    // Other names of the same: libc's memcpy is its memmove, and programs of old headers call the names with underscores.
    + ["__memmove_chk=bw_abi___memcpy_chk", "explicit_bzero=bw_abi_bzero"]
    + ["mempcpy", "stpcpy", "stpncpy", "bzero"].map { "__\($0)=bw_abi_\($0)" }

let optionalExports = [
    // Flags.backtraces
    OptionalExports(map: "exports-threads.map", names: [], variants: ["Secure", "Debug"]),
    // Flags.handlesFaults
    OptionalExports(
        map: "exports-signals.map",
        names: ["sigaction", "signal"].map { "\($0)=bw_abi_\($0)" }
            + ["bsd_signal=bw_abi_signal", "__sysv_signal=bw_abi_sysv_signal"],
        variants: ["Secure", "Debug"]),
    // Flags.guardedCopies
    OptionalExports(
        map: "exports-copies.map", names: copies, variants: ["Secure", "Debug"], targets: ["CBulwarkCopies"],
        // Our own calls of the three, many of which the compilers make, go to libc's, unchecked.
        linking: ["memcpy", "memmove", "memset"].map { "--wrap=\($0)" }),
]

func libraryTarget(_ variant: String) -> Target {
    let optional = optionalExports.filter { $0.variants.contains(variant) }
    // Exactly the C ABI leaves the library; no weak Swift runtime symbol may.
    let linking =
        (["exports.map"] + optional.map(\.map)).map { "--version-script=\(Context.packageDirectory)/Configs/\($0)" }
        + (exports + optional.flatMap(\.names)).map { "--defsym=\($0)" } + optional.flatMap(\.linking)
    return .target(
        name: "Bulwark\(variant)",
        dependencies: ["CBulwark", "CBulwarkExports"] + optional.flatMap(\.targets)
            + (faultVariants.contains(variant) ? ["CBulwarkFaults"] : []),
        path: "Sources/Variants/\(variant)",
        swiftSettings: embedded,
        linkerSettings: [
            .unsafeFlags(
                [
                    // The toolchain's own: its --defsym gives the alias default visibility.
                    "-use-ld=lld", "-Xlinker", "--gc-sections",
                    "-Xlinker", "-soname=libbulwark\(variant == "Release" ? "" : "-" + variant.lowercased()).so",
                    // All relocations at load time, then read-only: no GOT entry to overwrite.
                    "-Xlinker", "-z", "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "relro",
                    // Threads may still run our destructors when somebody calls dlclose.
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                    // Calls among our own functions never go through the PLT.
                    "-Xlinker", "-Bsymbolic-functions",
                ] + linking.flatMap { ["-Xlinker", $0] })
        ] + (faultVariants.contains(variant) ? faultLinking : [])
    )
}

func unitTests(_ variant: String) -> Target {
    .testTarget(
        name: "\(variant)CoreTests",
        dependencies: ["CBulwark", "CTestSupport"] + (testsRaces ? [] : ["CBulwarkFaults"]),
        path: "Tests/Variants/\(variant)",
        exclude: ["Core/Exports"],
        swiftSettings: ordinary,
        // Set by scripts/test for the races suite; why, says Tests/CTestSupport.
        linkerSettings: testsRaces ? [.unsafeFlags(["-Xlinker", "--wrap=__tsan_external_write"])] : faultLinking
    )
}

let package = Package(
    name: "bulwark",
    products: variants.map {
        // With the module for Swift programs, so that one product brings a program both.
        .library(name: "bulwark-\($0.lowercased())", type: .dynamic, targets: ["Bulwark\($0)", "Bulwark"])
    } + [
        .executable(name: "bulwark", targets: ["bulwark"]),
        .executable(name: "bulwark-bench", targets: ["bulwark-bench"]),
    ],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: [
        .target(name: "CTestSupport", dependencies: ["CBulwark"], path: "Tests/CTestSupport"),
        .target(
            name: "CBulwark",
            // In sections of their own, so that --gc-sections drops what a variant leaves out.
            cSettings: [.unsafeFlags(["-gdwarf-4", "-ffunction-sections", "-fdata-sections"])]
        ),
        .target(name: "Bulwark", path: "Sources/SwiftModule"),
        .target(
            name: "CBulwarkExports",
            dependencies: ["CBulwark"],
            // operator new throws through its own C frame, so it needs unwind tables.
            cSettings: [.unsafeFlags(["-fexceptions", "-fvisibility=hidden", "-gdwarf-4"])]
        ),
        .target(
            name: "CBulwarkCopies",
            dependencies: ["CBulwark"],
            cSettings: [.unsafeFlags(["-fvisibility=hidden", "-gdwarf-4", "-momit-leaf-frame-pointer"])]
        ),
        .target(
            name: "CBulwarkFaults",
            dependencies: ["CBulwark"],
            cSettings: [.unsafeFlags(["-fvisibility=hidden", "-gdwarf-4"])]
        ),
        .target(
            name: "CommandEntry",
            dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: ordinary
        ),
        // Links to the core's options and violations, as ordinary Swift, for the command.
        .target(name: "CoreTables", dependencies: ["CBulwark"], swiftSettings: ordinary),
        .executableTarget(
            name: "bulwark-bench",
            dependencies: ["CommandEntry", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/BenchRunner",
            swiftSettings: ordinary
        ),
        .testTarget(name: "BenchRunnerTests", dependencies: ["bulwark-bench"], swiftSettings: ordinary),
        .executableTarget(
            name: "bulwark",
            dependencies: [
                "CommandEntry", "CoreTables", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/bulwark",
            swiftSettings: ordinary
        ),
        .testTarget(name: "CommandTests", dependencies: ["bulwark", "CoreTables"], swiftSettings: ordinary),
    ] + variants.map(libraryTarget) + variants.map(unitTests)
)

// The fuzzers (Fuzz/, scripts/fuzz): built only when asked for, with --sanitize fuzzer. Why not by an unsafe flag: then libFuzzer's
// own main is not linked.
if Context.environment["BULWARK_FUZZ"] != nil {
    package.targets += [
        .target(name: "CFuzz", dependencies: ["CBulwark"], path: "Fuzz/CFuzz"),
        .executableTarget(
            name: "fuzz-command",
            dependencies: [
                "CommandEntry", "CoreTables", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Fuzz/Command",
            // Whose main this would be.
            exclude: ["corpus", "bulwark/BulwarkCommand.swift"],
            swiftSettings: ordinary),
    ]
    package.targets += variants.map { variant in
        .executableTarget(
            name: "fuzz-\(variant.lowercased())",
            dependencies: ["CBulwark", "CFuzz"],
            path: "Fuzz/Variants/\(variant)",
            // Of the unit tests' support what needs no Swift Testing.
            exclude: [
                "Duel", "Expectations", "RefusedCalls", "ReportedLines", "Seed", "ShadowHeap", "Tally",
                "TestAllocator",
                "TestSamples", "Threads",
            ].map { "Support/\($0).swift" }
                + ["Operations", "Misuse", "Metadata", "Parsers"].map { "\($0)/corpus" },
            swiftSettings: ordinary,
            linkerSettings: [
                // What the core asks the kernel, Fuzz/CFuzz/world.c answers.
                .unsafeFlags(
                    ["mmap", "munmap", "mprotect", "madvise", "syscall", "clock_gettime"].flatMap {
                        ["-Xlinker", "--wrap=\($0)"]
                    })
            ])
    }
}
