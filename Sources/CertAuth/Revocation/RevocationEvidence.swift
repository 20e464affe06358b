// SPDX-License-Identifier: Apache-2.0

/// An immutable set of signed statements about revocation: CRLs and OCSP responses. Being part of it does not make them
/// trusted.
///
/// It may contain stale statements. They answer no question, but `allowWhileFresh` uses them as the last good answer.
public struct RevocationEvidence: Sendable {
    /// The parts that the evidence consists of. Most has one; what was fetched adds others.
    private let parts: [EvidenceIndex]
    /// The sources that gave no statement.
    package let failures: [RevocationSourceFailure]

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
        let index = EvidenceIndex(
            revocationLists: revocationLists,
            ocspResponses: ocspResponses,
            signerCertificates: signerCertificates
        )
        self.init(parts: [index], failures: failures)
    }

    private init(parts: [EvidenceIndex], failures: [RevocationSourceFailure]) {
        self.parts = parts
        self.failures = failures
    }

    /// This evidence and all of `others`, with the failures of this one and `failures`. No statement is copied.
    func combined(with others: [RevocationEvidence], failures: [RevocationSourceFailure]) -> RevocationEvidence {
        RevocationEvidence(
            parts: parts + others.flatMap(\.parts).filter { $0.generation != .none },
            failures: failures + self.failures
        )
    }

    /// The evidence after a change. Its cost depends on the changed statements, except for copies of references and the
    /// hashing of digests.
    ///
    /// - Parameters:
    ///   - removed: statements of this evidence.
    ///   - added: further statements. They come last.
    func changed(removing removed: [FetchedStatement], adding added: [FetchedStatement]) -> RevocationEvidence {
        let index =
            parts.count == 1
            ? parts[0]
            : EvidenceIndex(
                revocationLists: revocationLists,
                ocspResponses: ocspResponses,
                signerCertificates: signerCertificates
            )
        return RevocationEvidence(
            parts: [EvidenceIndex(index, removing: removed, adding: added)],
            failures: failures
        )
    }

    /// The size of all CRLs in bytes. CRLs that two parts contain are counted twice.
    var listBytes: Int { parts.reduce(0) { $0 + $1.listBytes } }

    /// All CRLs, in the given order.
    public var revocationLists: [CertificateRevocationList] {
        let lists = distinct(\.revocationLists, by: \.fingerprint)
        VisitCounter.add(lists.count)
        return lists
    }

    /// All OCSP responses, in the given order.
    package var ocspResponses: [OCSPResponse] {
        let responses = distinct(\.ocspResponses, by: \.fingerprint)
        VisitCounter.add(responses.count)
        return responses
    }

    /// Certificates of CRL issuers that clients do not present. They help to find the signer of a CRL and are never
    /// trust anchors.
    package var signerCertificates: [Certificate] {
        let signers = distinct(\.signerCertificates, by: \.sha256Thumbprint)
        VisitCounter.add(signers.count)
        return signers
    }

    /// Changes whenever the statements change. Cached verdicts are bound to it.
    package var generation: EvidenceGeneration {
        guard parts.count > 1 else { return parts.first?.generation ?? .none }
        return EvidenceGeneration(of: EvidenceIndex.digests(revocationLists, ocspResponses, signerCertificates))
    }

    /// The numbers of CRLs and of OCSP responses. Statements that two parts contain are counted twice.
    var counts: (lists: Int, responses: Int) {
        (parts.reduce(0) { $0 + $1.revocationLists.count }, parts.reduce(0) { $0 + $1.ocspResponses.count })
    }

    /// The CRLs whose issuer is `name`.
    func lists(issuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        distinct({ $0.lists(issuedBy: name) }, by: \.fingerprint)
    }

    /// The CRLs whose issuer is `name` or may be the same.
    func lists(perhapsIssuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        distinct({ $0.lists(perhapsIssuedBy: name) }, by: \.fingerprint)
    }

    /// The same without delta CRLs.
    func completeLists(perhapsIssuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        distinct({ $0.completeLists(perhapsIssuedBy: name) }, by: \.fingerprint)
    }

    /// Whether there are delta CRLs.
    var hasDeltas: Bool { parts.contains { !$0.deltas.isEmpty } }

    /// The delta CRLs of `issuer` with a greater number than `number`, the greatest number first. Nil if names do not determine them, or if they are in several parts.
    func deltas(of issuer: DistinguishedName, above number: CRLNumber) -> [DeltaIndex.Entry]? {
        let indices = parts.map(\.deltas).filter { !$0.isEmpty }
        guard let only = indices.first else { return [] }
        return indices.count == 1 ? only.deltas(of: issuer, above: number) : nil
    }

    /// The responses about a certificate with this serial number, of any issuer.
    func responses(about serialNumber: SerialNumber) -> [OCSPResponse] {
        distinct({ $0.responses(about: serialNumber) }, by: \.fingerprint)
    }

    /// Whether there are responses about a certificate with the serial number of `certificate`, of any issuer.
    package func hasResponses(about certificate: Certificate) -> Bool {
        !responses(about: certificate.serialNumber).isEmpty
    }

    /// The certificates among `signerCertificates` whose subject is `name` in the same spelling, but for ASCII case and
    /// spaces. No name is prepared for it, so it may be called for the names that a client presents.
    func signers(named name: DistinguishedName) -> [Certificate] {
        distinct({ $0.signers(named: name) }, by: \.sha256Thumbprint)
    }

    /// The certificates among `signerCertificates` whose subject is `name` or may be the same.
    func signers(perhapsNamed name: DistinguishedName) -> [Certificate] {
        distinct({ $0.signers(perhapsNamed: name) }, by: \.sha256Thumbprint)
    }

    /// The last moment before a statement becomes current that is not before `now`; nil if there is none.
    ///
    /// - Parameter skew: the permitted clock skew in seconds.
    func nextBeginning(notBefore now: Timestamp, skew: Int64) -> Timestamp? {
        parts.compactMap { $0.nextBeginning(notBefore: now, skew: skew) }.min()
    }

    /// The same for the moments at which a statement becomes current or expires.
    func nextChange(notBefore now: Timestamp, skew: Int64) -> Timestamp? {
        let ends = parts.compactMap { $0.nextEnd(notBefore: now) }
        return (ends + [nextBeginning(notBefore: now, skew: skew)].compactMap { $0 }).min()
    }

    /// The values of all parts, without duplicates among the parts.
    private func distinct<Value>(
        _ values: (EvidenceIndex) -> [Value],
        by fingerprint: (Value) -> Thumbprint
    ) -> [Value] {
        guard parts.count > 1 else { return parts.first.map(values) ?? [] }
        let all = parts.flatMap(values)
        guard all.count > 1 else { return all }
        var seen: Set<Thumbprint> = []
        return all.filter { seen.insert(fingerprint($0)).inserted }
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
