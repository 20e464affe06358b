// SPDX-License-Identifier: Apache-2.0
// The listener of the tests of mode delayed, and a client that it can ask.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes

extension TestListener {
    /// Starts a listener in mode delayed, on which paths below `/public` need no certificate.
    static func withDelayed(
        events: CertificateAuthenticationEvents = .init(),
        customize: (inout HTTPSListenerConfiguration) -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = TestListener.subjectOfClient,
        _ body: (TestListener, _ alice: TestIdentity) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        try await withListener(
            authenticator: try CertificateAuthenticator(options: options, events: events),
            mode: .delayed,
            customize: { configuration in
                configuration.requirement = { $0.path?.hasPrefix("/public") == true ? .optional : .required }
                customize(&configuration)
            },
            handler: handler
        ) { try await body($0, try authority.issue("alice")) }
    }

    /// A client that can be asked for its certificate late.
    func askableClient(_ identity: TestIdentity?, _ version: TLSProtocolVersion = .tls13) -> TLSTestClient {
        var client = client(identity)
        client.version = version
        client.answersLateRequests = true
        return client
    }
}
