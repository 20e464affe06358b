// SPDX-License-Identifier: Apache-2.0
// By number of server names with policies.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import Foundation
import Logging

/// Measures the start of a listener with many named policies.
struct NameGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let start = GrowthFigure(
        name: "start, each name with its own certificate and trust",
        unit: "CPU ms",
        before: [5_000: 7_200],
        goal: .atMost(1_000)
    )
    private static let load = GrowthFigure(name: "loading these certificates, keys and anchors", unit: "CPU ms")
    private static let memory = GrowthFigure(name: "memory of such a name", unit: "KiB", goal: .atMost(16))
    private static let shared = GrowthFigure(
        name: "start, all names with the same certificate and trust",
        unit: "CPU ms",
        goal: .atMost(1_000)
    )
    private static let sharedMemory = GrowthFigure(
        name: "memory of such a name, shared",
        unit: "KiB",
        goal: .atMost(16)
    )

    func run(into report: inout GrowthReport) throws {
        report.begin("Server names", size: "named policies")
        let server = try TestAuthority("Growth Server Root")
        let key = try TestKey.generate()
        let own = try identity(server, "localhost", key)
        let hierarchy = try GrowthHierarchy()
        for count in sizes.numbers(small: [10, 1_000], full: [5_000]) {
            report.progress("\(count)")
            let pem = try (0..<count).map { index in
                let issued = try server.issue("n\(index).example", .server(dnsNames: ["n\(index).example"]), key: key)
                return (try issued.chainPEM(), try issued.privateKeyPEM())
            }
            let anchors = try NumberedAnchors()
            let encoded = (0..<count).map(anchors.certificate)
            let before = GrowthMeasurement.stableLiveBytes()
            let (loading, policies) = try GrowthMeasurement.milliseconds {
                try (0..<count).map { index in
                    let anchor = try Certificate(derEncoded: encoded[index])
                    let trust = TrustPolicy.custom(try TrustStore(certificates: [anchor]))
                    var policy = ServerNamePolicy(
                        "n\(index).example",
                        authenticator: try .silent(options: hierarchy.options(trust))
                    )
                    policy.identity = try ServerIdentity(certificatePEM: pem[index].0, keyPEM: pem[index].1)
                    return policy
                }
            }
            let (time, listener) = try GrowthMeasurement.milliseconds {
                try start(own, policies[0].authenticator, policies)
            }
            report.add(Self.load, count, loading)
            report.add(Self.start, count, time)
            report.add(Self.memory, count, (GrowthMeasurement.stableLiveBytes() - before) / Double(count) / 1024)
            let same = (0..<count).map { ServerNamePolicy("n\($0).example", mode: .require) }
            let (bytes, (sharedTime, sharedListener)) = try GrowthMeasurement.keptBytes {
                try GrowthMeasurement.milliseconds { try start(own, policies[0].authenticator, same) }
            }
            report.add(Self.shared, count, sharedTime)
            report.add(Self.sharedMemory, count, bytes / Double(count) / 1024)
            withExtendedLifetime((listener, sharedListener)) {}
        }
    }

    private func identity(_ authority: TestAuthority, _ name: String, _ key: TestKey) throws -> ServerIdentity {
        let issued = try authority.issue(name, .server(dnsNames: [name]), key: key)
        return try ServerIdentity(certificatePEM: issued.chainPEM(), keyPEM: issued.privateKeyPEM())
    }

    /// Everything but the bind.
    private func start(
        _ identity: ServerIdentity,
        _ authenticator: CertificateAuthenticator?,
        _ policies: [ServerNamePolicy]
    ) throws -> HTTPSListener {
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        tls.namedPolicies = policies
        tls.logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        return try HTTPSListener(configuration: HTTPSListenerConfiguration(tls: tls)) { _ in .text("hello") }
    }
}
