// SPDX-License-Identifier: Apache-2.0

/// Statements, and certificates of signers, indexed by what searches know of them. Immutable.
///
/// A class, so that evidence can be copied and combined without copying its statements.
final class EvidenceIndex: Sendable {
    let revocationLists: [CertificateRevocationList]
    let ocspResponses: [OCSPResponse]
    let signerCertificates: [Certificate]
    let generation: EvidenceGeneration

    private let listsByIssuer: NameIndex<CertificateRevocationList>
    private let responsesBySerial: [SerialNumber: [OCSPResponse]]
    private let signersBySubject: [[UInt8]: [Certificate]]
    private let signersByAnySpelling: NameIndex<Certificate>
    /// The moments at which statements become current.
    private let beginnings: MomentIndex
    /// The moments at which statements expire.
    private let ends: MomentIndex

    init(
        revocationLists: [CertificateRevocationList],
        ocspResponses: [OCSPResponse],
        signerCertificates: [Certificate]
    ) {
        self.revocationLists = revocationLists
        self.ocspResponses = ocspResponses
        self.signerCertificates = signerCertificates
        listsByIssuer = NameIndex(revocationLists, by: \.issuer)
        signersBySubject = Dictionary(grouping: signerCertificates) { $0.subject.canonical }
        signersByAnySpelling = NameIndex(signerCertificates, by: \.subject)
        var bySerial: [SerialNumber: [OCSPResponse]] = [:]
        for response in ocspResponses {
            for serial in Set(response.entries.map(\.certificateID.serialNumber)) {
                bySerial[serial, default: []].append(response)
            }
        }
        responsesBySerial = bySerial
        let entries = ocspResponses.flatMap(\.entries)
        beginnings = MomentIndex(revocationLists.map(\.thisUpdate) + entries.map(\.thisUpdate))
        ends = MomentIndex((revocationLists.map(\.nextUpdate) + entries.map(\.nextUpdate)).compactMap { $0 })
        generation = EvidenceGeneration(
            of: Self.digests(revocationLists, ocspResponses, signerCertificates)
        )
    }

    /// The digests of statements and certificates, for a generation.
    static func digests(
        _ revocationLists: [CertificateRevocationList],
        _ ocspResponses: [OCSPResponse],
        _ signerCertificates: [Certificate]
    ) -> [[UInt8]] {
        let statements = revocationLists.map(\.fingerprint) + ocspResponses.map(\.fingerprint)
        return (statements + signerCertificates.map(\.sha256Thumbprint)).map(\.bytes)
    }

    /// The number of statements.
    var count: Int { revocationLists.count + ocspResponses.count }

    func lists(issuedBy name: DistinguishedName) -> [CertificateRevocationList] { listsByIssuer.values(of: name) }

    func lists(perhapsIssuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        listsByIssuer.values(perhapsOf: name)
    }

    func responses(about serialNumber: SerialNumber) -> [OCSPResponse] {
        let found = responsesBySerial[serialNumber] ?? []
        VisitCounter.add(found.count)
        return found
    }

    func signers(named name: DistinguishedName) -> [Certificate] {
        let found = signersBySubject[name.canonical] ?? []
        VisitCounter.add(found.count)
        return found
    }

    func signers(perhapsNamed name: DistinguishedName) -> [Certificate] { signersByAnySpelling.values(perhapsOf: name) }

    /// The last moment before a statement becomes current that is not before `now`.
    func nextBeginning(notBefore now: Timestamp, skew: Int64) -> Timestamp? {
        beginnings.first(notBefore: now) { $0.adding(seconds: -skew).lastMomentBefore }
    }

    /// The moment of the next expiry that is not before `now`.
    func nextEnd(notBefore now: Timestamp) -> Timestamp? { ends.first(notBefore: now) }
}
