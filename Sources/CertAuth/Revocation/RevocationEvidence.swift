// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// An immutable set of signed statements about revocation: CRLs and OCSP responses. Being part of it does not make them
/// trusted.
///
/// It may contain stale statements. They answer no question, but `allowWhileFresh` uses them as the last good answer.
public struct RevocationEvidence: Sendable {
    /// All CRLs, in the given order.
    public let revocationLists: [CertificateRevocationList]
    /// All OCSP responses, in the given order.
    package let ocspResponses: [OCSPResponse]
    /// Certificates of CRL issuers that clients do not present. They help to find the signer of a CRL and are never
    /// trust anchors.
    package let signerCertificates: [Certificate]
    /// The sources that gave no statement.
    package let failures: [RevocationSourceFailure]
    /// Changes whenever the statements change. Cached verdicts are bound to it.
    package let generation: EvidenceGeneration

    private let listsByIssuer: NameIndex<CertificateRevocationList>
    private let responsesBySerial: [SerialNumber: [OCSPResponse]]

    /// Evidence without statements.
    public static let none = RevocationEvidence(revocationLists: [])

    /// Creates evidence from the given statements.
    public init(
        revocationLists: [CertificateRevocationList],
        ocspResponses: [OCSPResponse] = [],
        signerCertificates: [Certificate] = []
    ) {
        self.init(
            revocationLists: revocationLists,
            ocspResponses: ocspResponses,
            signerCertificates: signerCertificates,
            failures: []
        )
    }

    /// Creates evidence from the given statements, with the sources that gave none.
    package init(
        revocationLists: [CertificateRevocationList],
        ocspResponses: [OCSPResponse] = [],
        signerCertificates: [Certificate] = [],
        failures: [RevocationSourceFailure]
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

    /// The CRLs whose issuer is `name`.
    func lists(issuedBy name: DistinguishedName) -> [CertificateRevocationList] { listsByIssuer.values(of: name) }

    /// The CRLs whose issuer is `name` or may be the same.
    func lists(perhapsIssuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        listsByIssuer.values(perhapsOf: name)
    }

    /// The responses about a certificate with this serial number, of any issuer.
    func responses(about serialNumber: SerialNumber) -> [OCSPResponse] { responsesBySerial[serialNumber] ?? [] }

    /// The moments at which statements become current.
    var beginnings: [Timestamp] {
        revocationLists.map(\.thisUpdate) + ocspResponses.flatMap { $0.entries.map(\.thisUpdate) }
    }

    /// The last moments before a statement becomes current, and the moments at which one expires.
    ///
    /// - Parameter skew: the permitted clock skew in seconds.
    func moments(skew: Int64) -> [Timestamp] {
        let ends = revocationLists.map(\.nextUpdate) + ocspResponses.flatMap { $0.entries.map(\.nextUpdate) }
        return beginnings.map { $0.adding(seconds: -skew).lastMomentBefore } + ends.compactMap { $0 }
    }
}

/// A source that gave no statement.
package struct RevocationSourceFailure: Sendable, Hashable {
    /// The URI or file of the source.
    package let source: String
    /// The cause.
    package let cause: RevocationStatus.Cause

    /// Creates a record of a failure.
    package init(source: String, cause: RevocationStatus.Cause) {
        self.source = source
        self.cause = cause
    }
}
