// SPDX-License-Identifier: Apache-2.0

/// Statements, and certificates of signers, indexed by what searches know of them. Immutable.
///
/// A class, so that evidence can be copied and combined without copying its statements.
final class EvidenceIndex: Sendable {
    let revocationLists: [CertificateRevocationList]
    let ocspResponses: [OCSPResponse]
    let signerCertificates: [Certificate]
    let generation: EvidenceGeneration
    /// The size of all CRLs in bytes.
    let listBytes: Int

    /// The delta CRLs.
    let deltas: DeltaIndex
    private let digests: StatementDigests
    private let listsByIssuer: NameIndex<CertificateRevocationList>
    /// Nil if all CRLs are complete.
    private let completeListsByIssuer: NameIndex<CertificateRevocationList>?
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
        VisitCounter.add(revocationLists.count + ocspResponses.count)
        self.revocationLists = revocationLists
        self.ocspResponses = ocspResponses
        self.signerCertificates = signerCertificates
        listBytes = revocationLists.reduce(0) { $0 + $1.derEncoded.count }
        deltas = DeltaIndex(revocationLists)
        listsByIssuer = NameIndex(revocationLists, by: \.issuer)
        completeListsByIssuer =
            deltas.isEmpty ? nil : NameIndex(revocationLists.filter { !$0.isDelta }, by: \.issuer)
        signersBySubject = Dictionary(grouping: signerCertificates) { $0.subject.canonical }
        signersByAnySpelling = NameIndex(signerCertificates, by: \.subject)
        var bySerial: [SerialNumber: [OCSPResponse]] = [:]
        for response in ocspResponses {
            for serial in response.serialNumbers { bySerial[serial, default: []].append(response) }
        }
        responsesBySerial = bySerial
        let entries = ocspResponses.flatMap(\.entries)
        beginnings = MomentIndex(revocationLists.map(\.thisUpdate) + entries.map(\.thisUpdate))
        ends = MomentIndex((revocationLists.map(\.nextUpdate) + entries.map(\.nextUpdate)).compactMap { $0 })
        digests = StatementDigests(Self.digests(revocationLists, ocspResponses, signerCertificates))
        generation = digests.generation
    }

    /// The index of the statements of `former` after a change. Of the statements that stay, references are copied and
    /// digests are hashed, but no names, numbers or moments are read again.
    ///
    /// - Parameters:
    ///   - removed: statements of `former`.
    ///   - added: further statements. They come last.
    init(_ former: EvidenceIndex, removing removed: [FetchedStatement], adding added: [FetchedStatement]) {
        var tables = Tables(former)
        for statement in removed { tables.remove(statement) }
        for statement in added { tables.add(statement) }
        revocationLists = tables.revocationLists
        ocspResponses = tables.ocspResponses
        listBytes = tables.listBytes
        deltas = tables.deltas
        listsByIssuer = tables.listsByIssuer
        completeListsByIssuer = tables.completeListsByIssuer
        responsesBySerial = tables.responsesBySerial
        beginnings = tables.beginnings
        ends = tables.ends
        digests = tables.digests
        generation = digests.generation
        signerCertificates = former.signerCertificates
        signersBySubject = former.signersBySubject
        signersByAnySpelling = former.signersByAnySpelling
    }

    /// The tables while they change.
    private struct Tables {
        var revocationLists: [CertificateRevocationList]
        var ocspResponses: [OCSPResponse]
        var listBytes: Int
        var deltas: DeltaIndex
        var digests: StatementDigests
        var listsByIssuer: NameIndex<CertificateRevocationList>
        var completeListsByIssuer: NameIndex<CertificateRevocationList>?
        var responsesBySerial: [SerialNumber: [OCSPResponse]]
        var beginnings: MomentIndex
        var ends: MomentIndex

        init(_ index: EvidenceIndex) {
            revocationLists = index.revocationLists
            ocspResponses = index.ocspResponses
            listBytes = index.listBytes
            deltas = index.deltas
            digests = index.digests
            listsByIssuer = index.listsByIssuer
            completeListsByIssuer = index.completeListsByIssuer
            responsesBySerial = index.responsesBySerial
            beginnings = index.beginnings
            ends = index.ends
        }

        mutating func add(_ statement: FetchedStatement) {
            VisitCounter.add(1)
            switch statement {
            case .list(let list):
                if list.isDelta, completeListsByIssuer == nil { completeListsByIssuer = listsByIssuer }
                revocationLists.append(list)
                listBytes += list.derEncoded.count
                listsByIssuer.append(list)
                if list.isDelta { deltas.append(list) } else { completeListsByIssuer?.append(list) }
                digests.insert(list.fingerprint.bytes)
                beginnings.insert(list.thisUpdate)
                if let end = list.nextUpdate { ends.insert(end) }
            case .response(let response):
                ocspResponses.append(response)
                for serial in response.serialNumbers { responsesBySerial[serial, default: []].append(response) }
                digests.insert(response.fingerprint.bytes)
                for entry in response.entries {
                    beginnings.insert(entry.thisUpdate)
                    if let end = entry.nextUpdate { ends.insert(end) }
                }
            }
        }

        mutating func remove(_ statement: FetchedStatement) {
            VisitCounter.add(1)
            switch statement {
            case .list(let list):
                guard let place = revocationLists.firstIndex(where: { $0.fingerprint.bytes == list.fingerprint.bytes })
                else { return }
                revocationLists.remove(at: place)
                listBytes -= list.derEncoded.count
                listsByIssuer.remove(list) { $0.fingerprint.bytes == list.fingerprint.bytes }
                completeListsByIssuer?.remove(list) { $0.fingerprint.bytes == list.fingerprint.bytes }
                if list.isDelta { deltas.remove(list) }
                digests.remove(list.fingerprint.bytes)
                beginnings.remove(list.thisUpdate)
                if let end = list.nextUpdate { ends.remove(end) }
            case .response(let response):
                guard
                    let place = ocspResponses.firstIndex(where: { $0.fingerprint.bytes == response.fingerprint.bytes })
                else { return }
                ocspResponses.remove(at: place)
                for serial in response.serialNumbers {
                    let place = responsesBySerial[serial]?.firstIndex {
                        $0.fingerprint.bytes == response.fingerprint.bytes
                    }
                    if let place { responsesBySerial[serial]?.remove(at: place) }
                    if responsesBySerial[serial]?.isEmpty ?? false { responsesBySerial[serial] = nil }
                }
                digests.remove(response.fingerprint.bytes)
                for entry in response.entries {
                    beginnings.remove(entry.thisUpdate)
                    if let end = entry.nextUpdate { ends.remove(end) }
                }
            }
        }
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

    func completeLists(perhapsIssuedBy name: DistinguishedName) -> [CertificateRevocationList] {
        (completeListsByIssuer ?? listsByIssuer).values(perhapsOf: name)
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

extension OCSPResponse {
    /// The serial numbers of the certificates that it is about.
    fileprivate var serialNumbers: Set<SerialNumber> { Set(entries.map(\.certificateID.serialNumber)) }
}
