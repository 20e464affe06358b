// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL
internal import Synchronization

/// An immutable set of trust anchors.
///
/// Every certificate in it is an anchor, even if it is not self-signed: a path may end there. A store is never empty,
/// and a source that cannot be read is never replaced by the system's roots.
public struct TrustStore: Sendable {
    /// The anchors, without duplicates, in the given order. What is decoded of these copies does not stay in the store.
    public var anchors: [Certificate] {
        VisitCounter.add(all.count)
        return all.map(\.undecoded)
    }
    /// The number of anchors.
    package var count: Int { all.count }
    /// The number of this store among those of the process, for logs. It has no meaning in another process.
    package let generation: UInt64
    /// SHA-256 over the sorted digests of the anchors. Equal sets have equal fingerprints, in every process.
    package let fingerprint: Thumbprint

    /// Decoded when a path first uses them: a decoded certificate takes ten times the memory of its DER.
    private let all: [Certificate]
    /// The DER of the anchors' subjects, without duplicates, in the order of the anchors.
    package let subjects: [[UInt8]]
    private let bySubject: [[UInt8]: [Certificate]]
    private let byAnySpelling: NameIndex<Certificate>
    private let moments: MomentIndex
    private let members: Set<Certificate>

    /// Creates a store with the given certificates as anchors.
    ///
    /// - Throws: `TrustStoreError.empty` if there is no certificate.
    public init(certificates: [Certificate]) throws(TrustStoreError) {
        try self.init(certificates: certificates, source: "the given certificates")
    }

    init(certificates: [Certificate], source: String) throws(TrustStoreError) {
        var anchors = Builder()
        for certificate in certificates { anchors.append(certificate) }
        try self.init(anchors, source: source)
    }

    /// Creates a store for one anchor of another store. It shares what is decoded of the anchor.
    init(sharing anchor: Certificate) throws(TrustStoreError) {
        var anchors = Builder()
        anchors.append(anchor, as: anchor)
        try self.init(anchors, source: "the anchor of a path")
    }

    /// Collects anchors one by one, so that not all of them are decoded at the same time.
    struct Builder {
        fileprivate var members: Set<Certificate> = []
        fileprivate var all: [Certificate] = []
        fileprivate var bySubject: [[UInt8]: [Certificate]] = [:]
        fileprivate var byAnySpelling = NameIndex<Certificate>.Builder()
        fileprivate var moments: [Timestamp] = []
        fileprivate var subjects: [[UInt8]] = []
        private var seenSubjects: Set<[UInt8]> = []

        /// Adds an anchor unless it is a duplicate. What is decoded of `certificate` is not kept.
        mutating func append(_ certificate: Certificate) { append(certificate, as: certificate.undecoded) }

        /// Adds `anchor`, which is the same certificate, unless it is a duplicate.
        fileprivate mutating func append(_ certificate: Certificate, as anchor: Certificate) {
            guard members.insert(anchor).inserted else { return }
            all.append(anchor)
            // The names and times come from another copy, so that nothing of the kept one is decoded. Nothing of the
            // given one is decoded either, because its owner may keep it.
            let copy = certificate.isParsed ? certificate : certificate.undecoded
            let subject = copy.subject
            bySubject[subject.canonical, default: []].append(anchor)
            byAnySpelling.append(anchor, named: subject)
            moments += copy.validity.lastMoments
            if seenSubjects.insert(subject.derEncoded).inserted { subjects.append(subject.derEncoded) }
        }
    }

    init(_ anchors: Builder, source: String) throws(TrustStoreError) {
        guard !anchors.all.isEmpty else { throw .empty(source: source) }
        members = anchors.members
        all = anchors.all
        subjects = anchors.subjects
        bySubject = anchors.bySubject
        byAnySpelling = NameIndex(anchors.byAnySpelling) { $0.subject }
        moments = MomentIndex(anchors.moments)
        generation = Self.counter.add(1, ordering: .relaxed).newValue
        fingerprint = try Self.fingerprint(all)
    }

    /// Creates a store with the anchors of all given stores.
    package init(combining stores: [TrustStore]) throws(TrustStoreError) {
        try self.init(certificates: stores.flatMap(\.anchors), source: "the given trust stores")
    }

    private static let counter = Atomic<UInt64>(0)

    /// The anchors whose subject is `name`.
    package func anchors(named name: DistinguishedName) -> [Certificate] {
        let found = bySubject[name.canonical] ?? []
        VisitCounter.add(found.count)
        return found.map(\.decoded)
    }

    /// Whether the subject of an anchor is `name`. No anchor is decoded.
    func hasAnchor(named name: DistinguishedName) -> Bool { bySubject[name.canonical] != nil }

    /// The anchors whose subject is `name` or may be the same.
    func anchors(perhapsNamed name: DistinguishedName) -> [Certificate] {
        byAnySpelling.values(perhapsOf: name).map(\.decoded)
    }

    /// The next moment, from `now` on, after which an anchor becomes valid or expires; nil if there is none.
    func nextChange(notBefore now: Timestamp) -> Timestamp? { moments.first(notBefore: now) }

    /// Whether exactly this certificate is an anchor.
    package func contains(_ certificate: Certificate) -> Bool { members.contains(certificate) }

    private static func fingerprint(_ anchors: [Certificate]) throws(TrustStoreError) -> Thumbprint {
        let digests = anchors.map(\.digest.bytes).sorted { $0.lexicographicallyPrecedes($1) }
        do throws(OpenSSLError) {
            let digest = try DigestAlgorithm.sha256.digest(digests.flatMap { $0 })
            return Thumbprint(algorithm: .sha256, bytes: digest)
        } catch {
            throw .digestUnavailable("\(error)")
        }
    }
}
