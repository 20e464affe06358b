// swift-tools-version: 6.2
// The examples of Docs/Clients.md, compiled and run by `.ci/clients`; a package of its own, so that users of
// CertAuth do not fetch an HTTP client.
import PackageDescription

let package = Package(
    name: "ClientExamples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0")],
    targets: [
        .target(
            name: "ClientExamples",
            dependencies: [.product(name: "AsyncHTTPClient", package: "async-http-client")]
        ),
        .testTarget(name: "ClientExamplesTests", dependencies: ["ClientExamples"]),
    ],
    swiftLanguageModes: [.v6]
)
