// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import CertAuthTesting

/// Clients that are programs, such as curl: one is accepted, one has expired, one has an unknown CA.
public struct ToolClients: Sendable {
    /// The folder of the clients' files.
    public let folder: TemporaryDirectory
    /// The CA of the clients that are accepted.
    public let authority: TestAuthority
    /// Accepted; an intermediate CA issued its certificate.
    public let alice: TestIdentity
    /// Refused: its certificate has expired.
    public let expired: TestIdentity
    /// Refused: its CA is unknown.
    public let stranger: TestIdentity

    /// - Parameter root: the name of the clients' CA.
    public init(_ root: String = "Client Root") throws {
        folder = try TemporaryDirectory()
        authority = try TestAuthority(root)
        alice = try authority.intermediate("Issuing").issue("alice")
        expired = try authority.issue("old", .expired)
        stranger = try TestAuthority("Stranger").issue("mallory")
    }

    /// An authenticator that trusts the clients' CA.
    public func authenticator(events: CertificateAuthenticationEvents = .init()) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options, events: events)
    }

    /// curl's arguments for a client; empty without a certificate.
    public func arguments(_ identity: TestIdentity?) throws -> [String] {
        guard let identity else { return [] }
        let files = try identity.write(to: folder, as: "client")
        return ["--cert", files.chain, "--key", files.key]
    }
}
