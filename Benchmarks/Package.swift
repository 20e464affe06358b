// swift-tools-version: 6.2
import PackageDescription

let houseRules: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let certAuth = Target.Dependency.product(name: "CertAuth", package: "CertAuth")
let certAuthHTTP = Target.Dependency.product(name: "CertAuthHTTP", package: "CertAuth")
let certAuthTLS = Target.Dependency.product(name: "CertAuthTLS", package: "CertAuth")
let certAuthTesting = Target.Dependency.product(name: "CertAuthTesting", package: "CertAuth")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

// Separate products: counting instructions builds only the core, and our own figures do not need Hummingbird.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "CertAuth", path: "..", traits: ["Hummingbird"]),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    ],
    targets: [
        .target(name: "CReference", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        // The certificates that are validated.
        .target(
            name: "BenchmarkInput",
            dependencies: ["CReference", certAuth, certAuthTesting, log],
            swiftSettings: houseRules
        ),
        // What the measured servers share.
        .target(name: "BenchmarkServing", dependencies: ["CReference"], swiftSettings: houseRules),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CReference", "BenchmarkInput", "BenchmarkServing", certAuth, certAuthHTTP, certAuthTLS,
                certAuthTesting, log, nioCore, nioPosix,
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            swiftSettings: houseRules
        ),
        // A number of validations and nothing else, to count instructions.
        .executableTarget(
            name: "CountedValidations",
            dependencies: ["CReference", "BenchmarkInput", certAuth],
            swiftSettings: houseRules
        ),
        // The cost of unauthenticated clients; fails if it exceeds the budget.
        .executableTarget(
            name: "HostileBench",
            dependencies: [
                "CReference", "BenchmarkInput", certAuth, certAuthHTTP, certAuthTLS, certAuthTesting, log, nioCore,
                nioPosix,
            ],
            swiftSettings: houseRules
        ),
        // Servers on SwiftNIO + NIOSSL and on Hummingbird, with NIOSSL and with our channel.
        .executableTarget(
            name: "PeerServers",
            dependencies: [
                "BenchmarkServing", certAuth, certAuthTLS, log, nioCore, nioPosix,
                .product(name: "CertAuthHummingbird", package: "CertAuth"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            swiftSettings: houseRules
        ),
    ],
    swiftLanguageModes: [.v6]
)
