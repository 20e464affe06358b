// SPDX-License-Identifier: Apache-2.0
// Path building among a thousand authorities of one name that have certified each other.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// Measures validation in a mesh of cross-signed intermediates that all have the same name.
struct PathBenchmarks {
    let measurement: Measurement
    private static let size = 1000

    func run(into report: inout Report) throws {
        let mesh = try Mesh(size: Self.size)
        let plain = try mesh.authenticator(additional: [mesh.issuer])
        let crowded = try mesh.authenticator(additional: mesh.certificates)
        let leaf = mesh.leaf
        if let code = Self.code(crowded, leaf) { print("mesh: \(code)") }
        let orphan = mesh.orphan
        let contenders = [
            Contender("one intermediate") { _ in Self.code(plain, leaf) == nil },
            Contender("mesh of \(Self.size), a path exists") { _ in Self.code(crowded, leaf) == nil },
            Contender("mesh of \(Self.size), no path exists") { _ in Self.code(crowded, orphan) != nil },
        ]
        let costs = measurement.measure(contenders)
        report.add("path building", contenders: contenders, costs: costs, references: ["one intermediate"])
    }

    private static func code(_ authenticator: CertificateAuthenticator, _ leaf: [UInt8]) -> FailureCode? {
        guard let chain = PresentedChain(derEncoded: [leaf], source: .tls) else { return .internalError }
        if case .refused(let failure, _) = authenticator.validate(chain) { return failure.code }
        return nil
    }
}

/// Authorities of one name, each certified by the one before it in a circle; one of them by the root.
struct Mesh {
    let certificates: [Certificate]
    let issuer: Certificate
    let leaf: [UInt8]
    let orphan: [UInt8]
    private let root: Certificate

    init(size: Int) throws {
        let authority = try TestAuthority("Mesh Root")
        let stranger = try TestAuthority("Mesh Stranger")
        root = try authority.certificate
        // Sixteen keys are enough: the search is hard because all have the same name.
        let members = try (0..<16).map { _ in try stranger.intermediate("Mesh Authority") }
        let certified = try authority.crossSign(members[0])
        issuer = try certified.certificate
        var all: [Certificate] = []
        for index in 0..<size - 1 {
            let subject = members[index % members.count]
            let signer = members[(index / members.count) % members.count]
            all.append(try signer.crossSign(subject).certificate)
        }
        certificates = all + [issuer]
        leaf = try certified.issue("mesh client").certificateDER
        orphan = try stranger.intermediate("Mesh Authority").issue("mesh orphan").certificateDER
    }

    func authenticator(additional: [Certificate]) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root])))
        options.revocationMode = .noCheck
        options.limits.additionalCertificates = additional.count
        options.additionalChainCertificates = additional
        return try .silent(options: options)
    }
}
