// SPDX-License-Identifier: Apache-2.0

/// How sources are queried. These options do not affect how answers are validated.
public struct RevocationSourceOptions: Sendable, Hashable {
    /// Whether requests to responders contain a nonce (RFC 9654).
    public enum Nonce: String, Sendable, Hashable, CaseIterable {
        /// A response without the nonce, or with another one, is refused.
        case required
        /// A nonce is sent. A response with another nonce is refused. A response without one is accepted, because most
        /// responders sign responses in advance.
        case whenEchoed = "when-echoed"
        /// No nonce is sent, so that responses can come from caches.
        case off
    }

    /// The digest algorithms of certificate identifiers in requests to responders.
    public enum Digest: String, Sendable, Hashable, CaseIterable {
        /// SHA-1, which every responder supports (RFC 5019).
        case sha1
        /// SHA-256.
        case sha256
    }

    /// URIs of CRLs that are tried before those that a certificate names, for every certificate.
    public var revocationListAddresses: [String] = []
    /// URIs of responders that are tried before those that a certificate names, for every certificate.
    public var responderAddresses: [String] = []
    /// Whether requests to responders contain a nonce.
    public var nonce = Nonce.whenEchoed
    /// The digest of certificate identifiers. Every responder supports SHA-1 (RFC 5019 §2.1.1), and security does not
    /// depend on its strength: a collision of two issuers requires control of both.
    public var identifierDigest = Digest.sha1
    /// Uses GET if the request fits into 255 bytes (RFC 5019 §5), otherwise POST.
    public var asksByGET = false
    /// How long a failed fetch is cached, in whole seconds, so that an outage does not cause a fetch at every request. A failure
    /// is never cached as a verdict.
    public var failureMemory = Duration.seconds(5)

    /// Creates the default options.
    public init() {}
}
