// SPDX-License-Identifier: Apache-2.0
// The clients' CA and what a server needs to validate them.

public import CertAuth
public import CertAuthTesting

/// A root, an intermediate CA, a clock, and a server's adapter to a policy that trusts the root.
public struct ClientWorld<Adapter: Sendable>: Sendable {
    /// Advances only when it is set.
    public let clock = TestClock()
    /// The trust anchor.
    public let root: TestAuthority
    /// The intermediate CA, which issues the clients' certificates.
    public let issuing: TestAuthority
    /// What the server is configured with.
    public let adapter: Adapter

    /// - Parameters:
    ///   - customize: changes the policy; receives the intermediate CA.
    ///   - adapter: creates the adapter.
    public init(
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        customize: (inout CertificateAuthenticationOptions, TestAuthority) throws -> Void = { _, _ in },
        adapter: (CertificateAuthenticator) -> Adapter
    ) throws {
        root = try TestAuthority("Client Root", clock: clock.verificationClock)
        issuing = try root.intermediate("Client Issuing")
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        try customize(&options, issuing)
        self.adapter = adapter(try CertificateAuthenticator(options: options, events: events))
    }

    /// The CRLs of both CAs, with the given clients revoked.
    public func evidence(revoked identities: [TestIdentity] = []) throws -> RevocationEvidence {
        let lists = try [issuing.revocationList(revoked: identities), root.revocationList()].map {
            try CertificateRevocationList(derEncoded: $0.derEncoded)
        }
        return RevocationEvidence(revocationLists: lists)
    }
}
