// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting

/// A PKI in a temporary folder that is removed with this object: `root.pem`, `intermediate.pem`, `crls.pem`, and
/// `NAME.chain.pem` with `NAME.key` for `localhost`. The file names are those of `certauth pki`.
struct GuidePKI {
    let folder: TemporaryDirectory
    let root: TestAuthority
    let issuing: TestAuthority
    let alice: TestIdentity
    let bob: TestIdentity

    /// The folder's path.
    var path: String { folder.path }

    /// - Parameter revokingBob: whether the CRL lists bob.
    init(revokingBob: Bool = false) throws {
        folder = try TemporaryDirectory()
        root = try TestAuthority("Development Root")
        issuing = try root.intermediate("Development Intermediate")
        alice = try Self.person("alice", by: issuing)
        bob = try Self.person("bob", by: issuing)
        let server = try issuing.issue("localhost", .server(dnsNames: ["localhost", "shop.example", "www.example"]))
        let lists = [
            try root.revocationList(),
            try issuing.revocationList(revoked: revokingBob ? [bob] : []),
        ]
        try folder.write(root.identity.certificatePEM(), as: "root.pem")
        try folder.write(issuing.identity.certificatePEM(), as: "intermediate.pem")
        try folder.write(try lists.map { try $0.pem() }.joined(), as: "crls.pem")
        try folder.write(server.chainPEM(), as: "localhost.chain.pem")
        try folder.write(server.privateKeyPEM(), as: "localhost.key")
    }

    private static func person(_ name: String, by authority: TestAuthority) throws -> TestIdentity {
        try authority.issue(name) {
            $0.extensions.replace(.subjectAlternativeNames([.email("\(name)@example.com")]))
        }
    }

    /// An authenticator that trusts the root and has both CRLs.
    func authenticator(
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        cache: (any CertificateValidationCache)? = nil,
        customize: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(files: ["\(path)/root.pem"]))
        )
        try customize(&options)
        let lists = try CertificateRevocationList.load(file: "\(path)/crls.pem")
        return try CertificateAuthenticator(
            options: options,
            events: events,
            cache: cache,
            revocationEvidence: RevocationEvidence(revocationLists: lists)
        )
    }
}
