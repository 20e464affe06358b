// SPDX-License-Identifier: Apache-2.0

/// Whether revocation is checked, and where evidence may be obtained.
public enum RevocationMode: String, Sendable, Hashable, CaseIterable {
    /// Revocation is not checked.
    case noCheck
    /// Only evidence that was configured or fetched before is used.
    case offline
    /// Evidence is also fetched from the sources that certificates name.
    case online
}

/// Which certificates of a path are checked.
public enum RevocationFlag: String, Sendable, Hashable, CaseIterable {
    /// Only the client's certificate.
    case endCertificateOnly
    /// All certificates, including the trust anchor if it names a source.
    case entireChain
    /// All certificates except the trust anchor.
    case excludeRoot
}

/// What happens if it cannot be determined whether a certificate is revoked.
public enum UnknownRevocation: String, Sendable, Hashable, CaseIterable {
    /// The client is refused with `revocation-unknown`.
    case deny
    /// The client is accepted, and the evidence contains the cause.
    case allow
}

/// Which kind of source is consulted first. A valid `revoked` of any source always decides.
public enum RevocationSourceOrder: String, Sendable, Hashable, CaseIterable {
    /// A CRL, then OCSP if no CRL answers.
    case crlFirst
    /// OCSP, then a CRL if no response answers.
    case ocspFirst
    /// Both: a certificate is good only if a CRL and an OCSP response say so.
    case both
}

/// How CRLs and OCSP responses are validated. Every default is the strict one. Durations count in whole seconds, rounded
/// down.
public struct RevocationOptions: Sendable, Hashable {
    /// What one cause of an unknown status means.
    public enum UnknownAnswer: Sendable, Hashable {
        /// The client is refused.
        case deny
        /// The client is accepted.
        case allow
        /// The client is accepted while the last good statement about the certificate is younger than this.
        case allowWhileFresh(Duration)
    }

    /// Whether the certificate of an OCSP responder is itself checked for revocation.
    public enum ResponderRevocation: String, Sendable, Hashable, CaseIterable {
        /// If the responder's certificate names a source and lacks ocsp-nocheck, evidence must show that it is not
        /// revoked.
        case whereNamed
        /// If it lacks ocsp-nocheck, evidence must show that it is not revoked.
        case always
        /// Missing evidence is accepted. The responder is refused only if evidence shows that it is revoked.
        case onlyIfRevoked
    }

    /// Which kind of source is consulted first.
    public var sourceOrder: RevocationSourceOrder = .crlFirst
    /// The maximum age of thisUpdate. If nil, only nextUpdate limits the age.
    ///
    /// It also limits statements without a limit of their own. Without it, a CRL without nextUpdate is not accepted,
    /// the strict profile does not accept a CRL without cRLNumber, and a response without nextUpdate is accepted only
    /// for `responseLifetime`.
    public var maximumAge: Duration?
    /// How far thisUpdate and producedAt may be in the future, because clocks differ.
    public var clockSkew: Duration = .seconds(60)
    /// How long a response without nextUpdate is accepted if `maximumAge` is nil, from thisUpdate. RFC 6960 §4.2.2.1:
    /// without nextUpdate, newer information is always available.
    public var responseLifetime: Duration = .seconds(300)
    /// What each cause of an unknown status means. Causes that are not listed follow `unknownRevocation`.
    public var unknownAnswers: [RevocationCauseKind: UnknownAnswer] = [:]
    /// Accepts an issuer's noRevAvail extension (RFC 9608) as the answer for its end-entity certificates.
    public var acceptsNoRevocationAvailable = false
    /// End-entity certificates with a validity period of at most this length are not checked; nil checks all.
    public var shortLivedValidity: Duration?
    /// OCSP responders that are trusted directly, for every issuer.
    public var pinnedResponders: [Certificate] = []
    /// Whether the certificate of a delegated responder is itself checked for revocation.
    public var responderRevocation: ResponderRevocation = .whereNamed
    /// The maximum number of certificates examined in one OCSP response.
    public var responderCertificates = 8

    /// Creates options with strict defaults.
    package init() {}
}
