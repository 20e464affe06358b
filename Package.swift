// swift-tools-version: 6.2
import PackageDescription

let houseRules: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
/// The rules of all targets but `CertAuthOpenSSL`, which alone may use memory that Swift does not check.
let safeRules = houseRules + [.strictMemorySafety()]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let tracingTestKit = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let structuredFields = Target.Dependency.product(
    name: "RawStructuredFieldValues",
    package: "swift-http-structured-headers"
)
let hummingbird = Target.Dependency.product(
    name: "Hummingbird",
    package: "hummingbird",
    condition: .when(traits: ["Hummingbird"])
)
let hummingbirdCore = Target.Dependency.product(
    name: "HummingbirdCore",
    package: "hummingbird",
    condition: .when(traits: ["Hummingbird"])
)
let hummingbirdHTTP2 = Target.Dependency.product(
    name: "HummingbirdHTTP2",
    package: "hummingbird",
    condition: .when(traits: ["Hummingbird"])
)
let hummingbirdTLS = Target.Dependency.product(
    name: "HummingbirdTLS",
    package: "hummingbird",
    condition: .when(traits: ["Hummingbird"])
)
let nioHTTPTypes = Target.Dependency.product(
    name: "NIOHTTPTypes",
    package: "swift-nio-extras",
    condition: .when(traits: ["Hummingbird"])
)
let nioSSL = Target.Dependency.product(
    name: "NIOSSL",
    package: "swift-nio-ssl",
    condition: .when(traits: ["NIOSSL"])
)
let grpcCore = Target.Dependency.product(
    name: "GRPCCore",
    package: "grpc-swift-2",
    condition: .when(traits: ["GRPC"])
)
let grpcTransport = Target.Dependency.product(
    name: "GRPCNIOTransportHTTP2Posix",
    package: "grpc-swift-nio-transport",
    condition: .when(traits: ["GRPC"])
)
let x509 = Target.Dependency.product(
    name: "X509",
    package: "swift-certificates",
    condition: .when(traits: ["GRPC"])
)
let swiftASN1 = Target.Dependency.product(
    name: "SwiftASN1",
    package: "swift-asn1",
    condition: .when(traits: ["GRPC"])
)
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "CertAuth",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CertAuth", targets: ["CertAuth"]),
        .library(name: "CertAuthTLS", targets: ["CertAuthTLS"]),
        .library(name: "CertAuthHTTP", targets: ["CertAuthHTTP"]),
        .library(name: "CertAuthHummingbird", targets: ["CertAuthHummingbird"]),
        .library(name: "CertAuthNIOSSL", targets: ["CertAuthNIOSSL"]),
        .library(name: "CertAuthGRPC", targets: ["CertAuthGRPC"]),
        .library(name: "CertAuthTesting", targets: ["CertAuthTesting"]),
        .library(name: "CertAuthTestingHTTP", targets: ["CertAuthTestingHTTP"]),
        .executable(name: "certauth", targets: ["CertAuthCLI"]),
    ],
    traits: [
        .trait(name: "Hummingbird", description: "CertAuthHummingbird: certificate authentication in Hummingbird 2."),
        .trait(name: "NIOSSL", description: "CertAuthNIOSSL: certificate authentication for servers on swift-nio-ssl."),
        .trait(
            name: "GRPC",
            description: "CertAuthGRPC: certificate authentication for servers on grpc-swift-2.",
            enabledTraits: ["NIOSSL"]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL",
            path: "Modules/COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"]), .brew(["openssl@3"])]
        ),
        .target(
            name: "CCertAuthProvider",
            dependencies: ["COpenSSL"],
            path: "Sources/CertAuthOpenSSL/Tuning/Provider"
        ),
        .target(
            name: "CertAuthOpenSSL",
            dependencies: ["CCertAuthProvider", "COpenSSL"],
            exclude: ["Tuning/Provider"],
            swiftSettings: houseRules
        ),
        .target(
            name: "CertAuth",
            dependencies: ["CertAuthOpenSSL", log, metrics, tracing, structuredFields],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthTLS",
            dependencies: ["CertAuth", "CertAuthOpenSSL", log, metrics, nioCore, nioPosix, nioTLS],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthHTTP",
            dependencies: [
                "CertAuth", "CertAuthTLS", log, metrics, nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, httpTypes,
                lifecycle,
            ],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthHummingbird",
            dependencies: [
                "CertAuth", "CertAuthTLS", "CertAuthHTTP", hummingbird, hummingbirdCore, hummingbirdHTTP2, log,
                nioCore, nioHTTP1, nioHTTP2, nioTLS, nioHTTPTypes,
                httpTypes,
            ],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthNIOSSL",
            dependencies: ["CertAuth", "CertAuthOpenSSL", "CertAuthTLS", log, nioCore, nioTLS, nioSSL],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthGRPC",
            dependencies: [
                "CertAuth", "CertAuthNIOSSL", log, nioCore, nioSSL, grpcCore, grpcTransport, x509, swiftASN1,
            ],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthTesting",
            dependencies: ["CertAuth", "CertAuthOpenSSL"],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthTestingHTTP",
            dependencies: [
                "CertAuth", "CertAuthOpenSSL", "CertAuthTLS", "CertAuthTesting", "CertAuthHTTP", log, nioCore, nioPosix,
                nioHTTP1,
                httpTypes,
            ],
            swiftSettings: safeRules
        ),
        .executableTarget(
            name: "CertAuthCLI",
            dependencies: [
                "CertAuth", "CertAuthOpenSSL", "CertAuthTLS", "CertAuthHTTP", "CertAuthTesting", "CertAuthTestingHTTP",
                argumentParser, log, nioCore, httpTypes, lifecycle, unixSignals,
            ],
            swiftSettings: safeRules
        ),
        .target(
            name: "CertAuthTestSupport",
            dependencies: [
                "CertAuth", "CertAuthTesting", "CertAuthTestingHTTP", log, metrics, nioCore, nioPosix, nioHPACK,
            ],
            path: "Tests/CertAuthTestSupport",
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthOpenSSLTests",
            dependencies: ["CertAuthOpenSSL", "CertAuthTesting"],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthTests",
            dependencies: [
                "CertAuth", "CertAuthOpenSSL", "CertAuthTesting", "CertAuthTestSupport", log, metrics, metricsTestKit,
                tracing, tracingTestKit,
            ],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthTestingTests",
            dependencies: ["CertAuth", "CertAuthOpenSSL", "CertAuthTesting", "CertAuthTestSupport"],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthTLSTests",
            dependencies: [
                "CertAuth", "CertAuthOpenSSL", "CertAuthTLS", "CertAuthTesting", "CertAuthTestSupport", log, nioCore,
                nioEmbedded, nioTLS,
            ],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthHTTPTests",
            dependencies: [
                "CertAuth", "CertAuthTLS", "CertAuthHTTP", "CertAuthTesting", "CertAuthTestingHTTP",
                "CertAuthTestSupport", log, nioCore, nioPosix, nioEmbedded, nioHPACK, httpTypes, lifecycle,
            ],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthHummingbirdTests",
            dependencies: [
                "CertAuthHummingbird", "CertAuth", "CertAuthTLS", "CertAuthHTTP", "CertAuthTesting",
                "CertAuthTestingHTTP", "CertAuthTestSupport", hummingbird, hummingbirdHTTP2, log, nioCore, httpTypes,
                lifecycle,
            ],
            packageAccess: false,
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthNIOSSLTests",
            dependencies: [
                "CertAuthNIOSSL", "CertAuth", "CertAuthOpenSSL", "CertAuthTLS", "CertAuthHTTP", "CertAuthTesting",
                "CertAuthTestingHTTP", "CertAuthTestSupport", log, nioCore, nioPosix, nioEmbedded, nioTLS, nioSSL,
                hummingbird, hummingbirdCore, hummingbirdHTTP2, hummingbirdTLS, lifecycle,
            ],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthGRPCTests",
            dependencies: [
                "CertAuthGRPC", "CertAuthNIOSSL", "CertAuth", "CertAuthOpenSSL", "CertAuthHTTP", "CertAuthTesting",
                "CertAuthTestingHTTP", "CertAuthTestSupport", log, nioCore, nioPosix, nioHPACK, nioSSL, grpcCore,
                grpcTransport,
            ],
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthDocumentsTests",
            dependencies: [
                "CertAuth", "CertAuthTLS", "CertAuthHTTP", "CertAuthTesting", "CertAuthTestingHTTP",
                "CertAuthTestSupport", "CertAuthCLI", log, metrics, tracing, nioCore, nioPosix, httpTypes, lifecycle,
            ],
            // What the pages show must compile where only public declarations are seen.
            packageAccess: false,
            swiftSettings: safeRules
        ),
        .testTarget(
            name: "CertAuthCLITests",
            dependencies: [
                "CertAuthCLI", "CertAuth", "CertAuthTesting", "CertAuthTestingHTTP", "CertAuthTestSupport",
                "CertAuthHTTP", "CertAuthTLS", log, httpTypes,
            ],
            swiftSettings: safeRules
        ),
    ],
    swiftLanguageModes: [.v6]
)
