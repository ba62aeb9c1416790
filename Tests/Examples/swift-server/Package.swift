// swift-tools-version: 6.2
// A SwiftNIO server under Bulwark's secure library: the product `bulwark-secure` is the one line that does it.

import PackageDescription

let package = Package(
    name: "swift-server",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(name: "bulwark", path: "../../.."),
    ],
    targets: [
        .executableTarget(
            name: "echo",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "bulwark-secure", package: "bulwark"),
            ])
    ]
)
