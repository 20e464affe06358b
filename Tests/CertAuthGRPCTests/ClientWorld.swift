// SPDX-License-Identifier: Apache-2.0
// The clients' CA and the policy that validates them.

#if GRPC
import CertAuth
import CertAuthNIOSSL
import CertAuthTesting

/// A root, an intermediate CA, a clock, and a policy that trusts the root.
struct ClientWorld {
    let clock = TestClock()
    let root: TestAuthority
    let issuing: TestAuthority
    let authentication: NIOSSLClientAuthentication

    init(
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        customize: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws {
        root = try TestAuthority("Client Root", clock: clock.verificationClock)
        issuing = try root.intermediate("Client Issuing")
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        customize(&options)
        authentication = NIOSSLClientAuthentication(
            authenticator: try CertificateAuthenticator(options: options, events: events)
        )
    }

    /// The CRLs of both CAs, with the given clients revoked.
    func evidence(revoked identities: [TestIdentity] = []) throws -> RevocationEvidence {
        let lists = try [issuing.revocationList(revoked: identities), root.revocationList()].map {
            try CertificateRevocationList(derEncoded: $0.derEncoded)
        }
        return RevocationEvidence(revocationLists: lists)
    }
}
#endif
