// SPDX-License-Identifier: Apache-2.0
// By number of trust anchors: loading, memory, validation, refusal, and start with their names.

import BenchmarkInput
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting

/// Measures a `TrustStore` of many anchors and the validations below it.
struct AnchorGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let load = GrowthFigure(name: "loading a PEM file, for each anchor", unit: "CPU us")
    private static let memory = GrowthFigure(
        name: "memory of an anchor",
        unit: "KiB",
        before: [10_000: 8.6],
        goal: .atMost(2)
    )
    private static let validation = GrowthFigure(
        name: "validation with revocation, not cached",
        unit: "CPU us",
        before: [1: 91, 10_000: 600, 100_000: 6_950],
        goal: .timesSmallest(1.2)
    )
    private static let refusal = GrowthFigure(
        name: "refusal of an unknown issuer",
        unit: "CPU us",
        before: [1: 32, 100_000: 6_250],
        goal: .timesSmallest(1.2)
    )
    private static let start = GrowthFigure(name: "start of a listener without authority names", unit: "CPU ms")

    func run(into report: inout GrowthReport) throws {
        report.begin("Trust anchors", size: "trust anchors")
        let anchors = try NumberedAnchors()
        let hierarchy = try GrowthHierarchy()
        let folder = try TemporaryDirectory()
        for count in sizes.numbers(small: [1, 100, 10_000], full: [100_000]) {
            report.progress("\(count)")
            let files = try anchors.write(count, and: [hierarchy.root.certificateDER], inFolder: folder.path)
            // What the first store makes OpenSSL allocate is not the anchors'.
            _ = try TrustStore(certificates: [hierarchy.root.certificate])
            let (bytes, (time, store)) = try GrowthMeasurement.keptBytes {
                try GrowthMeasurement.milliseconds { try TrustStore(files: files) }
            }
            report.add(Self.load, count, time * 1e3 / Double(count))
            if count >= 100 { report.add(Self.memory, count, bytes / Double(count) / 1024) }
            let authenticator = try CertificateAuthenticator.silent(options: hierarchy.options(.custom(store)))
            authenticator.revocationEvidence = RevocationEvidence(revocationLists: hierarchy.lists)
            report.add(
                Self.validation,
                count,
                GrowthMeasurement.microseconds("validation") { _ in authenticator.accepts(hierarchy.client) }
            )
            report.add(
                Self.refusal,
                count,
                GrowthMeasurement.microseconds("refusal") { _ in !authenticator.accepts(hierarchy.stranger) }
            )
            try starts(authenticator, count, into: &report)
        }
    }

    /// Anchors whose names do not fit a CertificateRequest must be refused at the start.
    private func starts(
        _ authenticator: CertificateAuthenticator,
        _ count: Int,
        into report: inout GrowthReport
    ) throws {
        let server = try TestAuthority("Growth Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        do {
            _ = try HTTPSListener(configuration: HTTPSListenerConfiguration(tls: tls)) { _ in .text("hello") }
        } catch {
            report.remark("\(count): a listener that sends all authority names does not start: \(error)")
        }
        tls.authorityHints = .none
        let (time, _) = try GrowthMeasurement.milliseconds { [tls] in
            try HTTPSListener(configuration: HTTPSListenerConfiguration(tls: tls)) { _ in .text("hello") }
        }
        report.add(Self.start, count, time)
    }
}
