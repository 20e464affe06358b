// SPDX-License-Identifier: Apache-2.0
// Whom to ask beside those that certificates name, and how.

/// How sources are asked. None of it decides what an answer is worth.
public struct RevocationSourceOptions: Sendable, Hashable {
    /// Whether requests to responders carry a nonce (RFC 9654).
    public enum Nonce: String, Sendable, Hashable, CaseIterable {
        /// A response without it, or with another, does not count.
        case required
        /// It is sent; a response with another does not count, one without does, as most responders prepare theirs.
        case whenEchoed = "when-echoed"
        /// It is not sent, so that responses can come from caches between.
        case off
    }

    /// CRLs asked for before those that a certificate names, for every certificate.
    public var revocationListAddresses: [String] = []
    /// Responders asked before those that a certificate names, for every certificate.
    public var responderAddresses: [String] = []
    /// Whether requests to responders carry a nonce.
    public var nonce = Nonce.whenEchoed
    /// The digest of certificate identifiers. SHA-1 is what every responder knows (RFC 5019 §2.1.1), and nothing rests on
    /// its strength: who could make two issuers collide has issued both.
    public var identifierDigest = OCSPCertificateID.Digest.sha1
    /// Asks by GET where the request fits into 255 bytes (RFC 5019 §5), else by POST.
    public var asksByGET = false
    /// For how many seconds a failure is remembered, so that an outage costs one fetch and not one a request. It is
    /// never remembered as a verdict.
    public var failureMemory: Int64 = 5

    /// Makes the usual options.
    public init() {}
}
