// SPDX-License-Identifier: Apache-2.0
// The example in the README.

// snippet of README.md
import CertAuth
import CertAuthHTTP
import CertAuthTLS

func serve(certificate: String, key: String, clientAuthority: String, revocationList: String) async throws {
    let options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: [clientAuthority])))
    let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
        guard context.principal.has(.email, "alice@example.com") else { return .fail(reason: "not a member") }
        return .success(context.principal)
    })
    let evidence = RevocationEvidence(revocationLists: try CertificateRevocationList.load(file: revocationList))
    let authenticator = try CertificateAuthenticator(options: options, events: events, revocationEvidence: evidence)
    let identity = try ServerIdentity(certificateFile: certificate, keyFile: key)
    let listener = try HTTPSListener(
        configuration: HTTPSListenerConfiguration(tls: .init(identity: identity, authenticator: authenticator))
    ) { request in .text("hello \(request.principal?.name ?? "nobody")") }
    try await listener.run()
}
// end of snippet
