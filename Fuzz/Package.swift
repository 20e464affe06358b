// swift-tools-version: 6.2
import PackageDescription

let houseRules: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// CertAuth's own modules, and nothing they depend on, count the edges that an input takes and the values it compares.
let counted: [SwiftSetting] = houseRules + [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let structuredFields = Target.Dependency.product(
    name: "RawStructuredFieldValues",
    package: "swift-http-structured-headers"
)

// The sources of CertAuth are linked into this package instead of depended on: so they are compiled with the counters,
// and what is declared `package` is visible.
let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Linked/COpenSSL", pkgConfig: "openssl"),
        .target(name: "CCertAuthProvider", dependencies: ["COpenSSL"], path: "Linked/CCertAuthProvider"),
        .target(
            name: "CertAuthOpenSSL",
            dependencies: ["CCertAuthProvider", "COpenSSL"],
            path: "Linked/CertAuthOpenSSL",
            exclude: ["Tuning/Provider"],
            swiftSettings: counted
        ),
        .target(
            name: "CertAuth",
            dependencies: ["CertAuthOpenSSL", log, metrics, tracing, structuredFields],
            path: "Linked/CertAuth",
            swiftSettings: counted
        ),
        .target(
            name: "CertAuthTLS",
            dependencies: ["CertAuth", "CertAuthOpenSSL", log, metrics, nioCore, nioPosix, nioTLS],
            path: "Linked/CertAuthTLS",
            swiftSettings: counted
        ),
        .target(
            name: "CertAuthHTTP",
            dependencies: [
                "CertAuth", "CertAuthTLS", log, metrics, nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, httpTypes,
                lifecycle,
            ],
            path: "Linked/CertAuthHTTP",
            swiftSettings: counted
        ),
        .target(
            name: "CertAuthTesting",
            dependencies: ["CertAuth", "CertAuthOpenSSL"],
            path: "Linked/CertAuthTesting",
            swiftSettings: houseRules
        ),
        // libFuzzer's entry: it comes with the compiler, and so does the library.
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CLibFuzzer", "CertAuthOpenSSL", "CertAuth", "CertAuthTLS", "CertAuthHTTP", "CertAuthTesting", log,
                nioCore, nioEmbedded, nioHTTP1, nioHTTP2, nioHPACK, httpTypes,
            ],
            swiftSettings: houseRules,
            // gold fails on the sections of the counters.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
