// swift-tools-version: 6.2
import PackageDescription

// Answers the cases of the differential factory by swift-certificates.
let package = Package(
    name: "SwiftCertificatesJudge",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    ],
    targets: [
        .executableTarget(
            name: "Judge",
            dependencies: [
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
