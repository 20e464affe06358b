// SPDX-License-Identifier: Apache-2.0
// The one authentication policy, whether the sample or nginx terminates TLS.

import CertAuth
import CertAuthHTTP

/// The authenticator, and the fetched revocation evidence that a service keeps fresh.
func authentication(_ settings: Settings) throws -> (CertificateAuthenticator, RevocationGatherer) {
    let trust = try TrustStore(files: ["\(settings.pki)/root.pem"])
    // Online revocation is the default. A certificate of unknown status is refused.
    var options = CertificateAuthenticationOptions(trust: .custom(trust))
    // An OCSP response is newer than a CRL that is kept until its next update.
    options.revocation.sourceOrder = .ocspFirst
    // nginx forwards the client's certificate without the intermediates.
    options.additionalChainCertificates = try Certificate.load(file: "\(settings.pki)/intermediate.pem")
    // Hosts on private addresses, such as this responder, must be named.
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
