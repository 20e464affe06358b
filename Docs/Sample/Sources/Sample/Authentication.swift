// SPDX-License-Identifier: Apache-2.0
// The one policy by which clients are known, whoever ends TLS.

import CertAuth
import CertAuthHTTP

/// The authenticator, and the fetched revocation evidence that a service keeps fresh.
func authentication(_ settings: Settings) throws -> (CertificateAuthenticator, RevocationGatherer) {
    let trust = try TrustStore(files: ["\(settings.pki)/root.pem"])
    // Online revocation is the default; a certificate that nobody answers for is refused.
    var options = CertificateAuthenticationOptions(trust: .custom(trust))
    // The responder's word is younger than a list that is held until its next update.
    options.revocation.sourceOrder = .ocspFirst
    // nginx forwards the client's certificate without those above it.
    options.additionalChainCertificates = try Certificate.load(file: "\(settings.pki)/intermediate.pem")
    // Private authorities live on private addresses, which have to be named.
    var fetching = RevocationFetchPolicy()
    fetching.allowedHosts = ["127.0.0.1"]
    let gatherer = RevocationGatherer(fetcher: NIORevocationFetcher(policy: fetching))
    let mapping = try IdentityMapping(rules: [.email], store: users())
    let authenticator = try CertificateAuthenticator(
        options: options,
        events: CertificateAuthenticationEvents(onCertificateValidated: mapping.onCertificateValidated),
        cache: LRUCertificateValidationCache(),
        revocationGatherer: gatherer
    )
    return (authenticator, gatherer)
}
