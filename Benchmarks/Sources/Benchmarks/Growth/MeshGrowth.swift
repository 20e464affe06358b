// SPDX-License-Identifier: Apache-2.0
// By number of authorities that have all certified each other.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// Measures path building in a full mesh.
struct MeshGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let found = GrowthFigure(
        name: "client with a path of 4 certificates",
        unit: "CPU us",
        goal: .atMost(2_000)
    )
    private static let missing = GrowthFigure(name: "client without a path", unit: "CPU us")

    func run(into report: inout GrowthReport) throws {
        report.begin("Cross-certification", size: "authorities, each certified by all others")
        for count in sizes.numbers(small: [5, 10, 20], full: [40]) {
            report.progress("\(count)")
            let root = try TestAuthority("Growth Mesh Root")
            let elsewhere = try TestAuthority("Growth Mesh Elsewhere")
            let members = try (0..<count).map { try elsewhere.intermediate("Growth Mesh \($0)") }
            let first = try root.crossSign(members[0])
            var mesh = [try first.certificate]
            for (index, member) in members.enumerated() {
                for (other, subject) in members.enumerated() where other != index {
                    mesh.append(try member.crossSign(subject).certificate)
                }
            }
            // Client, the second authority, the first one, root.
            let client = try GrowthHierarchy.chain([members[1].issue("client").certificateDER])
            let trusted = try authenticator(root, mesh)
            let untrusted = try authenticator(TestAuthority("Growth Mesh Nowhere"), mesh)
            let code = trusted.refusalCode(client)
            if let code { report.remark("\(count): the client with a path is refused with \(code)") }
            report.add(
                Self.found,
                count,
                GrowthMeasurement.microseconds("path") { _ in trusted.refusalCode(client) == code }
            )
            report.add(
                Self.missing,
                count,
                GrowthMeasurement.microseconds("no path") { _ in !untrusted.accepts(client) }
            )
        }
    }

    private func authenticator(_ root: TestAuthority, _ mesh: [Certificate]) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.anchor])))
        options.revocationMode = .noCheck
        options.limits.additionalCertificates = mesh.count
        options.additionalChainCertificates = mesh
        return try .silent(options: options)
    }
}
