// swift-tools-version: 6.2
// The sample of Sample.md: a Hummingbird application that identifies its clients by their certificates. It is a
// separate package, like a user's application.
import PackageDescription

let package = Package(
    name: "Sample",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "CertAuth", path: "../..", traits: ["Hummingbird"]),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Sample",
            dependencies: [
                .product(name: "CertAuth", package: "CertAuth"),
                .product(name: "CertAuthTLS", package: "CertAuth"),
                .product(name: "CertAuthHTTP", package: "CertAuth"),
                .product(name: "CertAuthHummingbird", package: "CertAuth"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
