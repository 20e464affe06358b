// SPDX-License-Identifier: Apache-2.0
// How far revocation is asked for, and what counts as an answer.

/// Whether revocation is checked, and where evidence may come from.
public enum RevocationMode: String, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case noCheck
    /// From evidence that was given or fetched before.
    case offline
    /// Also from the sources that certificates name.
    case online
}

/// Which certificates of a path are checked.
public enum RevocationFlag: String, Sendable, Hashable, CaseIterable {
    /// The client's own.
    case endCertificateOnly
    /// All, the anchor as well where it names a source.
    case entireChain
    /// All but the anchor.
    case excludeRoot
}

/// What it means when nobody could tell whether a certificate is revoked.
public enum UnknownRevocation: String, Sendable, Hashable, CaseIterable {
    /// The client is refused with `revocation-unknown`.
    case deny
    /// The client comes in, and the cause stands in the evidence.
    case allow
}

/// Which kind of source answers. A valid `revoked` of any source wins, whatever the order.
public enum RevocationSourceOrder: String, Sendable, Hashable, CaseIterable {
    /// A CRL; where none answers, OCSP.
    case crlFirst
    /// OCSP; where none answers, a CRL.
    case ocspFirst
    /// Good only when a CRL and an OCSP response both say so.
    case both
}

/// How statements about revocation are judged. Every default is the strict one.
public struct RevocationOptions: Sendable, Hashable {
    /// What one kind of unknown means.
    public enum UnknownAnswer: Sendable, Hashable {
        /// The client is refused.
        case deny
        /// The client comes in.
        case allow
        /// The client comes in while the last good statement about the certificate is younger than so many seconds.
        case allowWhileFresh(seconds: Int64)
    }

    /// Whether an OCSP responder's own certificate must be known not to be revoked.
    public enum ResponderRevocation: String, Sendable, Hashable, CaseIterable {
        /// Where the responder's certificate names a source and lacks ocsp-nocheck, evidence must clear it.
        case whereNamed
        /// Without ocsp-nocheck, evidence must always clear it.
        case always
        /// Only evidence that revokes it counts.
        case onlyIfRevoked
    }

    /// Which kind of source answers first.
    public var sourceOrder: RevocationSourceOrder = .crlFirst
    /// The oldest thisUpdate that is taken, in seconds; nil leaves the end to nextUpdate.
    ///
    /// It also bounds what carries no bound of its own: a list without nextUpdate or cRLNumber and a response without
    /// nextUpdate are taken only under a maximum age.
    public var maximumAge: Int64?
    /// How far thisUpdate and producedAt may lie in the future, in seconds: clocks differ.
    public var clockSkew: Int64 = 60
    /// How long a response without nextUpdate is taken where `maximumAge` is nil, in seconds from thisUpdate: RFC 6960
    /// §4.2.2.1 says that newer information is always there.
    public var responseLifetime: Int64 = 300
    /// What each kind of unknown means; kinds that are not named follow `unknownRevocation`.
    public var unknownAnswers: [RevocationCauseKind: UnknownAnswer] = [:]
    /// Takes noRevAvail (RFC 9608) of an issuer for its end-entity certificates as an answer.
    public var acceptsNoRevocationAvailable = false
    /// Does not ask about end-entity certificates whose whole validity is at most so many seconds; nil asks about all.
    public var shortLivedValidity: Int64?
    /// OCSP responders that are trusted by themselves, for every issuer.
    public var pinnedResponders: [Certificate] = []
    /// Whether a delegated responder's own certificate is asked about.
    public var responderRevocation: ResponderRevocation = .whereNamed
    /// The most certificates looked at in one OCSP response.
    public var responderCertificates = 8

    /// Makes strict options.
    public init() {}
}
