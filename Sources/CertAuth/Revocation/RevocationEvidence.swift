// SPDX-License-Identifier: Apache-2.0
// What is known about revocation at one moment.

internal import CertAuthOpenSSL

/// An immutable set of signed statements about revocation; holding one does not make it trusted.
///
/// Stale statements may stay in it: they answer nothing, but `allowWhileFresh` asks them for the last good answer.
public struct RevocationEvidence: Sendable {
    /// Every list, in the order given.
    public let revocationLists: [CertificateRevocationList]
    /// Every OCSP response, in the order given.
    public let ocspResponses: [OCSPResponse]
    /// Certificates of CRL issuers that clients do not present: hints for finding who signed a list, never anchors.
    package let signerCertificates: [Certificate]
    /// What was asked for and did not come.
    package let failures: [RevocationSourceFailure]
    /// Changes whenever the statements do; verdicts in a cache are bound to it.
    package let generation: EvidenceGeneration

    private let listsByIssuer: NameIndex<CertificateRevocationList>
    private let responsesBySerial: [SerialNumber: [OCSPResponse]]

    /// Knows nothing.
    public static let none = RevocationEvidence(revocationLists: [])

    /// Takes the given statements.
    public init(
        revocationLists: [CertificateRevocationList],
        ocspResponses: [OCSPResponse] = [],
        signerCertificates: [Certificate] = [],
        failures: [RevocationSourceFailure] = []
    ) {
        self.revocationLists = revocationLists
        self.ocspResponses = ocspResponses
        self.signerCertificates = signerCertificates
        self.failures = failures
        listsByIssuer = NameIndex(revocationLists, by: \.issuer)
        var bySerial: [SerialNumber: [OCSPResponse]] = [:]
        for response in ocspResponses {
            for serial in Set(response.entries.map(\.certificateID.serialNumber)) {
                bySerial[serial, default: []].append(response)
            }
        }
        responsesBySerial = bySerial
        let digests =
            revocationLists.map(\.fingerprint) + ocspResponses.map(\.fingerprint)
            + signerCertificates.map(\.sha256Thumbprint)
        generation = EvidenceGeneration(of: digests.map(\.bytes))
    }

    /// The lists whose issuer is `name`.
    func lists(issuedBy name: DistinguishedName) -> [CertificateRevocationList] { listsByIssuer.values(of: name) }

    /// The lists whose issuer is `name`, or can't be told from it.
    func lists(perhapsIssuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        listsByIssuer.values(perhapsOf: name)
    }

    /// The responses that say something about a certificate of this number, whoever issued it.
    func responses(about serialNumber: SerialNumber) -> [OCSPResponse] { responsesBySerial[serialNumber] ?? [] }

    /// The moments at which statements begin to speak.
    var beginnings: [Timestamp] {
        revocationLists.map(\.thisUpdate) + ocspResponses.flatMap { $0.entries.map(\.thisUpdate) }
    }

    /// The last moments before a statement begins to speak, and those at which one ceases to.
    ///
    /// - Parameter skew: seconds by which statements may lie in the future.
    func moments(skew: Int64) -> [Timestamp] {
        let ends = revocationLists.map(\.nextUpdate) + ocspResponses.flatMap { $0.entries.map(\.nextUpdate) }
        return beginnings.map { $0.adding(seconds: -skew).lastMomentBefore } + ends.compactMap { $0 }
    }
}

/// A source that gave no statement.
public struct RevocationSourceFailure: Sendable, Hashable {
    /// Its address or file.
    package let source: String
    /// Why.
    package let cause: RevocationStatus.Cause

    /// Notes a failure.
    package init(source: String, cause: RevocationStatus.Cause) {
        self.source = source
        self.cause = cause
    }
}
